import Glibc

/// Lines of a document that declares a Secret: its values are not repeated, wherever somebody wrote them.
///
/// Bytes of a secret have no place in a manifest, and so the error about them would be what spreads them, into terminals
/// and logs. This looks at text and not at nodes, because what is wrong may be the syntax itself.
enum SecretLine {
    /// Keys whose values name something and are needed to understand a fault.
    private static let plainKeys = ["apiVersion", "kind", "name", "file", "environment", "age"]
    /// How far around a line its document is looked at.
    private static let reach = 16_384

    /// Where the part of a line starts that is not to be shown; nil: all of it may be.
    static func hiddenStart(_ file: SourceFile, _ line: Range<Int>) -> Int? {
        guard declaresSecret(file, around: line) else { return nil }
        let bytes = file.bytes[line]
        guard let start = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
        // A comment may hold the old value.
        if bytes[start] == UInt8(ascii: "#") { return start }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return isMark(bytes) ? nil : start }
        let marks: [UInt8] = [0x20, 0x09, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "-")]
        let key = String(decoding: bytes[start..<colon].filter { !marks.contains($0) }, as: UTF8.self)
        let value = bytes[(colon + 1)...].firstIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        guard let value, !plainKeys.contains(key) || bytes[value] == UInt8(ascii: "{") else { return nil }
        return value
    }

    /// Whether the document around a line says `kind: Secret`, in any way of writing it.
    private static func declaresSecret(_ file: SourceFile, around line: Range<Int>) -> Bool {
        let from = max(0, line.lowerBound - reach)
        let to = min(file.count, line.upperBound + reach)
        var start = line.lowerBound
        while start > from, !startsDocument(file, start) { start -= 1 }
        var end = line.upperBound
        while end < to, !startsDocument(file, end) { end += 1 }
        let bytes = Array(file.bytes[start..<end])
        let word = Array("kind".utf8)
        guard bytes.count > word.count else { return false }
        return bytes.indices.dropLast(word.count)
            .contains { index in
                guard bytes[index] == word[0], bytes[index..<(index + word.count)].elementsEqual(word) else {
                    return false
                }
                let rest = bytes[(index + word.count)...].prefix(32)
                    .filter { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
                return rest.starts(with: Array(":Secret".utf8))
            }
    }

    private static func startsDocument(_ file: SourceFile, _ offset: Int) -> Bool {
        guard offset == 0 || file.bytes[offset - 1] == 0x0A, offset + 3 <= file.count else { return false }
        return file.bytes[offset..<(offset + 3)].allSatisfy { $0 == UInt8(ascii: "-") }
    }

    /// Whether a line marks the start or the end of a document, or only opens and closes a map.
    private static func isMark(_ line: some Sequence<UInt8>) -> Bool {
        let marks = Array("-.{}[], \r".utf8)
        return line.allSatisfy { marks.contains($0) }
    }
}
