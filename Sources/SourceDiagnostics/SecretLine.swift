import Glibc

/// Lines of a document that declares a Secret: its values are not repeated, wherever somebody wrote them.
///
/// Bytes of a secret have no place in a manifest, and so the error about them would be what spreads them, into terminals
/// and logs. This looks at text and not at nodes, because what is wrong may be the syntax itself.
enum SecretLine {
    /// Keys whose values name something and are needed to understand a fault.
    private static let plainKeys = ["apiVersion", "kind", "name", "file", "environment", "age", "charset"]
    /// Keys whose values are shown where they are numbers.
    private static let numberKeys = ["length"]
    /// Keys of maps that are looked into: what is wrong in them has keys of its own.
    private static let mapKeys = ["metadata", "spec", "generate"]
    /// How far around a line its document is looked at.
    private static let reach = 16_384

    /// What stands for a part of a line that is not shown.
    static let replacement = "(sensitive)"

    /// The parts of a line that are not to be shown, in order; none: all of it may be.
    ///
    /// In other documents that is what looks like the value of a secret.
    ///
    /// - Parameter declaring: The documents of the file that declare a Secret, where all lines of a file are asked for;
    ///   nil: what is around the line tells.
    static func hidden(
        _ file: SourceFile,
        _ line: Range<Int>,
        declaring: SecretDocuments? = nil
    ) -> [Range<Int>] {
        let isDeclared = declaring.map { $0.contains(line.lowerBound) } ?? declaresSecret(file, around: line)
        if isDeclared, let start = declaredStart(file, within: line) { return [start..<line.upperBound] }
        return merged(SecretText.hidden(file, line))
    }

    /// Parts in order, those that meet as one.
    static func merged(_ parts: [Range<Int>]) -> [Range<Int>] {
        parts.sorted { $0.lowerBound < $1.lowerBound }
            .reduce(into: []) { merged, part in
                if let last = merged.last, part.lowerBound <= last.upperBound {
                    merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, part.upperBound)
                } else {
                    merged.append(part)
                }
            }
    }

    /// Where the part of a line starts that is not to be shown in a document that declares a Secret; nil: in no such
    /// document, or all of it may be.
    static func declaredStart(_ file: SourceFile, _ line: Range<Int>) -> Int? {
        declaresSecret(file, around: line) ? declaredStart(file, within: line) : nil
    }

    private static func declaredStart(_ file: SourceFile, within line: Range<Int>) -> Int? {
        let bytes = file.bytes[line]
        guard let start = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
        // A comment may hold the old value.
        if bytes[start] == UInt8(ascii: "#") { return start }
        guard bytes.contains(UInt8(ascii: ":")) else { return isMark(bytes) ? nil : start }
        // Key by key: a map in braces has several in a line.
        var keyStart = start
        for colon in bytes.indices where bytes[colon] == UInt8(ascii: ":") {
            let next = bytes.index(after: colon)
            let value = bytes[next...].firstIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
            guard let value else { return nil }
            let key = word(bytes[keyStart..<colon])
            let opens = bytes[value] == UInt8(ascii: "{")
            let isPlain = plainKeys.contains(key) || numberKeys.contains(key) && isNumber(bytes[value...])
            if opens ? !mapKeys.contains(key) : !isPlain { return value }
            keyStart = value
        }
        return nil
    }

    /// Whether digits stand in front of what ends a value.
    private static func isNumber(_ bytes: some Sequence<UInt8>) -> Bool {
        let ends = Array(",} \t\r".utf8)
        let word = bytes.prefix { !ends.contains($0) }
        return word.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// The last word of some bytes: the key in front of a colon.
    private static func word(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        let quotes = Array("\"' \t".utf8)
        let letters = Array(bytes.reversed().drop { quotes.contains($0) }.prefix { ($0 | 0x20) >= 0x61 && $0 < 0x7B })
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    /// Whether the document around a line says `kind: Secret`, in any way of writing it.
    ///
    /// By the C library's search: every finding looks around itself, and a file may have ten thousand of them.
    private static func declaresSecret(_ file: SourceFile, around line: Range<Int>) -> Bool {
        var start = max(0, line.lowerBound - reach)
        var end = min(file.count, line.upperBound + reach)
        var index = start
        while let newline = first(0x0A, in: file, index..<end) {
            index = newline + 1
            guard startsDocument(file, index) else { continue }
            if index <= line.lowerBound {
                start = index
            } else if index >= line.upperBound {
                end = index
            }
        }
        return declaresSecret(file, in: start..<end)
    }

    /// Whether a part of a file says `kind: Secret`.
    static func declaresSecret(_ file: SourceFile, in range: Range<Int>) -> Bool {
        let word = Array("kind".utf8)
        var index = range.lowerBound
        while let found = first(word[0], in: file, index..<range.upperBound) {
            index = found + 1
            guard range.upperBound - found > word.count, memcmp(file.base + found, word, word.count) == 0 else {
                continue
            }
            let rest = file.bytes[(found + word.count)..<min(range.upperBound, found + word.count + 32)]
                .filter { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
            if rest.starts(with: Array(":Secret".utf8)) { return true }
        }
        return false
    }

    static func first(_ byte: UInt8, in file: SourceFile, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty, let base = file.bytes.baseAddress,
            let found = memchr(base + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(base).distance(to: found)
    }

    static func startsDocument(_ file: SourceFile, _ offset: Int) -> Bool {
        guard offset == 0 || file.bytes[offset - 1] == 0x0A, offset + 3 <= file.count else { return false }
        return file.bytes[offset..<(offset + 3)].allSatisfy { $0 == UInt8(ascii: "-") }
    }

    /// Whether a line marks the start or the end of a document, or only opens and closes a map.
    private static func isMark(_ line: some Sequence<UInt8>) -> Bool {
        let marks = Array("-.{}[], \r".utf8)
        return line.allSatisfy { marks.contains($0) }
    }
}
