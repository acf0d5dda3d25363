import Glibc
import SourceDiagnostics
import YAMLDocuments

/// Finds the comments of a file that silence rules.
///
/// A comment behind something on its line is about that line. One on a line of its own is about the entry below it with
/// all that is nested in it, and above the first entry of a document about the whole document. `ignore-file` is about
/// the file.
struct SuppressionScanner {
    private let file: SourceFile
    private let id: SourceID
    private static let marker = Array("rchplan".utf8)

    init(_ file: SourceFile, id: SourceID) {
        self.file = file
        self.id = id
    }

    /// Whether a file can hold such a comment at all: most do not, and cost one search.
    static func mayHoldAny(_ file: SourceFile) -> Bool {
        var start = 0
        while start < file.count, let found = memchr(file.base + start, 0x23, file.count - start) {
            start = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - file.base + 1
            var next = start
            while next < file.count, file.base[next] == 0x20 || file.base[next] == 0x23 { next += 1 }
            guard next < file.count, file.base[next] | 0x20 == UInt8(ascii: "o") else { continue }
            if file.bytes[(next + 1)...].starts(with: marker) { return true }
        }
        return false
    }

    func scan() -> (suppressions: [Suppression], misunderstood: [MisunderstoodComment]) {
        let quoted = ScalarRanges(file, id: id)
        var suppressions: [Suppression] = []
        var misunderstood: [MisunderstoodComment] = []
        // Comments on lines above each other are about the same entry: it is looked for once for all of them.
        var below: (lines: Range<Int>, entry: Range<Int>) = (0..<0, 0..<0)
        for line in 1...max(1, file.lineCount) {
            let range = file.lineRange(line)
            guard let comment = comment(in: range, quoted) else { continue }
            let text = file.text(in: comment)
            let words = text.drop { $0 == "#" || $0 == " " || $0 == "\t" }
            let isOrder = words.hasPrefix("orchplan:")
            // A colon that is missing must not make an order that silences nothing, and nobody is told.
            guard isOrder || Self.isMeant(words) else { continue }
            let whole = SourceRange(file: id, start: UInt32(comment.lowerBound), end: UInt32(comment.upperBound))
            guard isOrder, let order = read(text, comment.lowerBound) else {
                misunderstood.append(MisunderstoodComment(range: whole, message: "this comment is not understood"))
                continue
            }
            let isAlone = file.bytes[range.lowerBound..<comment.lowerBound].allSatisfy { $0 == 0x20 || $0 == 0x09 }
            if isAlone, !order.isFile, !below.lines.contains(line) { below = block(below: line) }
            let scope = order.isFile ? 0..<file.count : isAlone ? below.entry : range
            suppressions.append(
                Suppression(
                    names: order.names,
                    reason: order.reason,
                    range: whole,
                    scope: SourceRange(file: id, start: UInt32(scope.lowerBound), end: UInt32(scope.upperBound))
                )
            )
        }
        return (suppressions, misunderstood)
    }

    /// Whether a comment seems to be meant for this program, and is not written as it takes them.
    private static func isMeant(_ words: Substring) -> Bool {
        let text = words.lowercased()
        return text.hasPrefix("orchplan") && (text.contains("ignore=") || text.contains("ignore-file="))
    }

    /// The comment on a line: from a `#` that begins it or follows white space, and is in no scalar.
    private func comment(in line: Range<Int>, _ quoted: ScalarRanges) -> Range<Int>? {
        let bytes = file.bytes
        for index in line where bytes[index] == UInt8(ascii: "#") {
            guard index == line.lowerBound || bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09 else { continue }
            if !quoted.contains(index) { return index..<line.upperBound }
        }
        return nil
    }

    /// The parts of `# orchplan: ignore=A,B reason`; nil for anything else.
    private func read(
        _ text: String,
        _ start: Int
    ) -> (names: [(text: String, range: SourceRange)], reason: String, isFile: Bool)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let order = text[text.index(after: colon)...].drop { $0 == " " }
        let isFile = order.hasPrefix("ignore-file=")
        guard isFile || order.hasPrefix("ignore=") else { return nil }
        let list = order.drop { $0 != "=" }.dropFirst()
        // A comma goes on behind white space: a name that stood there would be taken for the reason, and nobody told.
        var end = list.startIndex
        while end < list.endIndex {
            let isBlank = list[end] == " " || list[end] == "\t"
            if isBlank, list[..<end].last(where: { $0 != " " && $0 != "\t" }) != "," { break }
            end = list.index(after: end)
        }
        let names = list[..<end]
        var reason = list[names.endIndex...].drop(while: \.isWhitespace)
        while reason.last?.isWhitespace == true { reason.removeLast() }
        let found: [(text: String, range: SourceRange)] = names.split(separator: ",")
            .map { name in name.drop { $0 == " " || $0 == "\t" } }
            .filter { !$0.isEmpty }
            .map { name in
                let offset = start + text.utf8.distance(from: text.startIndex, to: name.startIndex)
                let range = SourceRange(file: id, start: UInt32(offset), end: UInt32(offset + name.utf8.count))
                return (String(name), range)
            }
        return found.isEmpty ? nil : (found, String(reason), isFile)
    }

    /// The entry on the next line that holds one, with the lines that are nested in it, and the lines above it that
    /// hold none.
    private func block(below line: Int) -> (lines: Range<Int>, entry: Range<Int>) {
        var next = line + 1
        while next <= file.lineCount, isBlank(next) { next += 1 }
        guard next <= file.lineCount else { return (line..<next, file.count..<file.count) }
        let start = file.lineRange(next)
        let depth = indentation(next)
        let isDocument = depth == 0 && startsDocument(next)
        // The items of a list may stand right below the key that they belong to.
        let isEntry = !isItem(next, at: depth)
        var last = next
        var index = next + 1
        while index <= file.lineCount {
            if isSeparator(index) { break }
            if !isBlank(index) {
                guard isDocument || indentation(index) > depth || (isEntry && isItem(index, at: depth)) else { break }
                last = index
            }
            index += 1
        }
        return (line..<next, start.lowerBound..<file.lineRange(last).upperBound)
    }

    private func isItem(_ line: Int, at depth: Int) -> Bool {
        indentation(line) == depth && file.bytes[file.lineRange(line)].dropFirst(depth).starts(with: "- ".utf8)
    }

    /// Whether nothing but comments stands between the line and the document's start.
    private func startsDocument(_ line: Int) -> Bool {
        var before = line - 1
        while before >= 1 {
            if isSeparator(before) { return true }
            if !isBlank(before) { return false }
            before -= 1
        }
        return true
    }

    private func isSeparator(_ line: Int) -> Bool {
        file.bytes[file.lineRange(line)].starts(with: "---".utf8)
    }

    /// Whether a line has nothing but white space or a comment on it.
    private func isBlank(_ line: Int) -> Bool {
        let first = file.bytes[file.lineRange(line)].first { $0 != 0x20 && $0 != 0x09 }
        return first == nil || first == UInt8(ascii: "#")
    }

    private func indentation(_ line: Int) -> Int {
        file.bytes[file.lineRange(line)].prefix { $0 == 0x20 }.count
    }
}

/// Where the scalars of a file are: a `#` in one of them begins no comment.
private struct ScalarRanges {
    /// Sorted, and without overlap.
    private var ranges: [Range<Int>] = []

    init(_ file: SourceFile, id: SourceID) {
        let stream = YAMLReader.read(file: file, id: id, range: 0..<file.count)
        for document in stream.documents { document.withRoot { collect($0) } }
        ranges.sort { $0.lowerBound < $1.lowerBound }
    }

    private mutating func collect(_ node: YAMLNode) {
        if node.isScalar {
            let range = node.range
            if range.end > range.start { ranges.append(Int(range.start)..<Int(range.end)) }
        } else if node.isMapping {
            for pair in node.pairs { collect(pair.value) }
        } else {
            for item in node.items { collect(item) }
        }
    }

    func contains(_ offset: Int) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(offset)
    }
}
