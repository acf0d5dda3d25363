import SourceDiagnostics
import YAMLDocuments

/// The comments of Compose files, by the lines of what they stand at.
///
/// A comment with lines of its own belongs to what follows it, or, where it is further to the right than that, to what
/// it stands under: mostly settings that somebody turned off.
struct ComposeComments: Sendable {
    /// A line of a file.
    struct Place: Hashable, Sendable {
        var file: SourceID
        var line: Int
    }

    /// What stands at a line, with the lines that it is written on.
    struct Notes: Sendable {
        var above: [YAMLComment] = []
        var behind: [YAMLComment] = []
        var below: [YAMLComment] = []
    }

    private(set) var notes: [Place: Notes] = [:]
    private var files: [SourceID: SourceFile] = [:]
    /// Where the content of each file begins.
    private(set) var starts: [Place] = []
    /// Every line with a comment.
    private(set) var all: Set<Place> = []

    /// The comments of all files of a stack.
    init(_ sources: SourceMap, _ ids: some Sequence<SourceID>) {
        for id in ids {
            guard let file = sources[id], let scan = YAMLCommentScan(file) else { continue }
            files[id] = file
            if let first = scan.beginnings.first { starts.append(Place(file: id, line: first.line)) }
            var next = 0
            for comment in scan.comments {
                while next < scan.beginnings.count, scan.beginnings[next].line <= comment.line { next += 1 }
                add(comment, id, scan.beginnings, next)
            }
        }
    }

    private mutating func add(
        _ comment: YAMLComment,
        _ id: SourceID,
        _ beginnings: [(line: Int, column: Int)],
        _ next: Int
    ) {
        all.insert(Place(file: id, line: comment.line))
        // A line that tells editors which schema a file has says nothing about manifests.
        if comment.text.contains("yaml-language-server:") { return }
        if comment.isBehind, next > 0 {
            return notes[Place(file: id, line: beginnings[next - 1].line), default: Notes()].behind.append(comment)
        }
        let following = next < beginnings.count ? beginnings[next] : nil
        let under = beginnings[..<next].last { $0.column <= comment.column }
        if let under, under.column >= following?.column ?? 0, comment.column > following?.column ?? -1 {
            notes[Place(file: id, line: under.line), default: Notes()].below.append(comment)
        } else if let following {
            notes[Place(file: id, line: following.line), default: Notes()].above.append(comment)
        }
    }

    /// Where a stretch begins.
    func place(_ range: SourceRange?) -> Place? {
        guard let range, let file = files[range.file] else { return nil }
        return Place(file: range.file, line: file.position(at: range.start).line)
    }

    /// Gives what stands at a key that manifests have no place for to the first thing in it.
    mutating func hand(_ entry: ComposeEntry) {
        guard let place = place(entry.keyRange), let moved = notes[place],
            let first = self.place(entry.value.entries?.first?.keyRange), first != place
        else { return }
        notes[place] = nil
        notes[first, default: Notes()].above.insert(contentsOf: moved.above + moved.behind, at: 0)
        notes[first, default: Notes()].below += moved.below
    }

    /// Lines file by file, for people: `compose.yaml:3, 7-9`.
    static func described(_ places: Set<Place>, _ sources: SourceMap) -> [String] {
        let byFile = Dictionary(grouping: places, by: \.file)
        return byFile.sorted { $0.key < $1.key }
            .map { id, places in
                var ranges: [ClosedRange<Int>] = []
                for line in places.map(\.line).sorted() {
                    if let last = ranges.last, last.upperBound + 1 == line {
                        ranges[ranges.count - 1] = last.lowerBound...line
                    } else {
                        ranges.append(line...line)
                    }
                }
                let words = ranges.map {
                    $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
                }
                return "\(sources[id]?.path ?? "standard input"):" + words.joined(separator: ", ")
            }
    }
}
