/// Which lines of a file differ from an earlier version of it, from what `git diff --unified=0` prints.
struct FileChange: Equatable {
    /// Lines that are new or other ones; `count` 0: between `line` and the next one some are gone.
    struct Hunk: Equatable {
        var line: Int
        var count: Int

        /// Whether it is in some lines, or at their edge.
        func touches(_ lines: ClosedRange<Int>) -> Bool {
            if count > 0 { return line <= lines.upperBound && line + count > lines.lowerBound }
            return line + 1 >= lines.lowerBound && line <= lines.upperBound
        }
    }

    /// Empty: which lines is not known, and all of them count.
    var hunks: [Hunk] = []
    /// Whether a line is gone with which a manifest began: what it declared is in no lines any more.
    var lostDocument = false
    /// What lines that are gone consist of.
    var removedWords: Set<String> = []

    var isWhole: Bool { hunks.isEmpty || lostDocument }

    /// The changes in a diff, by the file's name, or its former one where it is gone.
    static func all(in diff: [UInt8]) -> [String: FileChange] {
        var changes: [String: FileChange] = [:]
        var name = ""
        // Lines that are still to come of the hunk: what they look like says nothing about the diff.
        var (removed, added) = (0, 0)
        for line in diff.split(separator: 0x0A, omittingEmptySubsequences: false) {
            switch line.first {
            case UInt8(ascii: "-") where removed > 0:
                removed -= 1
                changes[name, default: FileChange()].note(removed: line.dropFirst())
            case UInt8(ascii: "+") where added > 0: added -= 1
            default:
                if let found = path(line, "--- a/") ?? path(line, "+++ b/") {
                    name = found
                } else if let hunk = Self.hunk(line) {
                    (removed, added) = (hunk.removed, hunk.now.count)
                    changes[name, default: FileChange()].hunks.append(hunk.now)
                }
            }
        }
        return changes
    }

    private mutating func note(removed line: ArraySlice<UInt8>) {
        if ["---", "kind:", "{", "\"kind\""].contains(where: { line.starts(with: $0.utf8) }) { lostDocument = true }
        let isName = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        for word in line.split(whereSeparator: { !isName($0) }) {
            removedWords.insert(String(decoding: word, as: UTF8.self))
        }
    }

    /// `@@ -7,2 +8 @@`: how many lines are gone, and which ones are there.
    private static func hunk(_ line: ArraySlice<UInt8>) -> (removed: Int, now: Hunk)? {
        guard line.starts(with: "@@ -".utf8) else { return nil }
        let words = line.split(separator: 0x20)
        func numbers(_ word: ArraySlice<UInt8>) -> (Int, Int)? {
            let parts = word.dropFirst().split(separator: UInt8(ascii: ","))
                .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            return parts.first.map { ($0, parts.count > 1 ? parts[1] : 1) }
        }
        guard words.count > 2, let before = numbers(words[1]), let after = numbers(words[2]) else { return nil }
        return (before.1, Hunk(line: after.0, count: after.1))
    }

    /// The name behind `--- a/` or `+++ b/`, which has quotes where git thinks that it needs some.
    private static func path(_ line: ArraySlice<UInt8>, _ prefix: String) -> String? {
        let quoted = prefix.prefix(4) + "\"" + prefix.dropFirst(4)
        if line.starts(with: quoted.utf8) { return unquoted(line.dropFirst(quoted.utf8.count)) }
        guard line.starts(with: prefix.utf8) else { return nil }
        var name = line.dropFirst(prefix.utf8.count)
        // Behind a name with spaces stands a tab.
        if name.last == 0x09 { name = name.dropLast() }
        return String(decoding: name, as: UTF8.self)
    }

    /// A name with the escapes of C up to the closing quote.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = text
        let letters: [UInt8: UInt8] = [0x61: 7, 0x62: 8, 0x74: 9, 0x6E: 10, 0x76: 11, 0x66: 12, 0x72: 13]
        while let byte = rest.popFirst(), byte != 0x22 {
            guard byte == 0x5C, let next = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            guard (0x30...0x37).contains(next) else {
                bytes.append(letters[next] ?? next)
                continue
            }
            let digits = [next] + rest.prefix(2)
            rest = rest.dropFirst(2)
            bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 0x30) })
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
