import SourceDiagnostics
import YAMLDocuments

/// One fix that could be made now.
struct FixCandidate: Sendable {
    /// What stays the same about it while the text around it changes.
    struct Key: Hashable {
        var path: String
        var code: String
        var message: String
        var title: String

        /// Whether it mends a text that is no YAML.
        var isOfSyntax: Bool { code.hasPrefix("OP10") }
    }

    var key: Key
    var path: String
    var file: SourceFile
    /// Sorted, and without overlap.
    var edits: [TextEdit]
    var place: SourceRange?
    var applicability: Applicability

    var start: UInt32 { edits.first?.range.start ?? 0 }
    var end: UInt32 { edits.last.map { max($0.range.start, $0.range.end) } ?? 0 }
}

/// What is to be done about some diagnostics, and what is left alone although there is a fix.
struct FixRound {
    private(set) var candidates: [FixCandidate] = []
    private(set) var refused: [RefusedFix] = []

    init(_ check: FixCheck, files: EditedFiles, allowsUnsafe: Bool) {
        var shared: [SourceID: [Range<Int>]] = [:]
        for diagnostic in check.diagnostics {
            guard let fix = diagnostic.fixes.first,
                fix.applicability == .safe || (allowsUnsafe && fix.applicability == .unsafe)
            else { continue }
            let edits = fix.edits.sorted { $0.range.start < $1.range.start }
            guard let id = edits.first?.range.file, edits.allSatisfy({ $0.range.file == id }),
                let file = check.sources[id],
                let path = files.path(shownAs: file.path), Self.areSound(edits, in: file)
            else { continue }
            let ranges = shared[id] ?? Self.sharedRanges(file, id)
            shared[id] = ranges
            if edits.contains(where: { edit in ranges.contains { Self.touches(edit, $0, in: file) } }) {
                refused.append(
                    RefusedFix(
                        diagnostic: diagnostic,
                        reason: "an alias uses the same text in another place",
                        place: diagnostic.primary.flatMap { check.sources.place(of: $0.range) }
                    )
                )
                continue
            }
            let key = FixCandidate.Key(
                path: path,
                code: diagnostic.code.id,
                message: diagnostic.message,
                title: fix.text
            )
            candidates.append(
                FixCandidate(
                    key: key,
                    path: path,
                    file: file,
                    edits: edits,
                    place: diagnostic.primary?.range,
                    applicability: fix.applicability
                )
            )
        }
    }

    /// As many of the candidates as do not get into each other's way: of two that meet the first in the file wins.
    static func compatible(_ candidates: [FixCandidate]) -> [FixCandidate] {
        var ends: [String: UInt32] = [:]
        return candidates.sorted { ($0.path, $0.start) < ($1.path, $1.start) }
            .filter { candidate in
                // Touching counts as meeting: two entries put in at one place need each other's commas and lines.
                if let end = ends[candidate.path], candidate.start <= end { return false }
                ends[candidate.path] = candidate.end
                return true
            }
    }

    /// The files after some fixes, which are compatible.
    static func apply(_ fixes: [FixCandidate], to edits: [String: [UInt8]]) -> [String: [UInt8]] {
        var result = edits
        for (path, own) in Dictionary(grouping: fixes, by: \.path) {
            guard let file = own.first?.file else { continue }
            var bytes: [UInt8] = []
            var at = 0
            for edit in own.flatMap(\.edits).sorted(by: { $0.range.start < $1.range.start }) {
                bytes += file.bytes[at..<Int(edit.range.start)]
                bytes += Array(edit.replacement.utf8)
                at = Int(max(edit.range.start, edit.range.end))
            }
            result[path] = bytes + file.bytes[at...]
        }
        return result
    }

    private static func areSound(_ edits: [TextEdit], in file: SourceFile) -> Bool {
        zip(edits, edits.dropFirst()).allSatisfy { $0.range.end <= $1.range.start }
            && edits.allSatisfy { $0.range.start <= $0.range.end && Int($0.range.end) <= file.count }
    }

    private static func sharedRanges(_ file: SourceFile, _ id: SourceID) -> [Range<Int>] {
        guard file.bytes.contains(UInt8(ascii: "&")), file.bytes.contains(UInt8(ascii: "*")) else { return [] }
        return YAMLReader.read(file: file, id: id).documents.flatMap(\.sharedRanges)
    }

    /// Whether an edit changes an anchored text, or adds to it behind its last line.
    private static func touches(_ edit: TextEdit, _ anchored: Range<Int>, in file: SourceFile) -> Bool {
        let line = file.lineRange(file.position(at: UInt32(anchored.upperBound)).line)
        return Int(edit.range.start) <= max(anchored.upperBound, line.upperBound)
            && Int(edit.range.end) >= anchored.lowerBound
    }
}
