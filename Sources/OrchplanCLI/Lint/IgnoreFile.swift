import SourceDiagnostics

/// The patterns of one `.gitignore`, in git's own meaning.
struct IgnoreFile: Sendable, Hashable {
    /// One line of the file.
    private struct Line: Sendable, Hashable {
        var pattern: PathPattern
        /// Whether it takes back what others ignore.
        var isNegated: Bool
        var isForFolders: Bool
        /// Whether it is about names anywhere below, and not about paths from the file's folder.
        var isName: Bool
    }

    private let lines: [Line]

    var isEmpty: Bool { lines.isEmpty }

    init(_ text: UnsafeBufferPointer<UInt8>) {
        var bytes = text[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        lines = bytes.split(separator: 0x0A)
            .compactMap { line in
                var line = line
                if line.last == 0x0D { line.removeLast() }
                return Self.line(Self.trimmed(line))
            }
    }

    /// Whether the path is ignored (true), taken back (false) or not spoken of (nil); the last line that speaks decides.
    ///
    /// - Parameter path: Relative to the folder of the file.
    func verdict(_ path: String, isFolder: Bool) -> Bool? {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.index(after: $0)...] } ?? path[...]
        for line in lines.reversed() where isFolder || !line.isForFolders {
            if line.isName ? line.pattern.matches(name.utf8) : line.pattern.matches(path.utf8) {
                return !line.isNegated
            }
        }
        return nil
    }

    private static func line(_ text: ArraySlice<UInt8>) -> Line? {
        var text = text
        guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
        let isNegated = first == UInt8(ascii: "!")
        if isNegated { text.removeFirst() }
        let isForFolders = text.last == UInt8(ascii: "/")
        if isForFolders { text.removeLast() }
        let isName = !text.contains(UInt8(ascii: "/"))
        if text.first == UInt8(ascii: "/") { text.removeFirst() }
        guard !text.isEmpty else { return nil }
        return Line(
            pattern: PathPattern(text),
            isNegated: isNegated,
            isForFolders: isForFolders,
            isName: isName
        )
    }

    /// The line without the spaces at its end, but for those behind a backslash.
    private static func trimmed(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> ArraySlice<UInt8> {
        let line = Array(line)
        var end = 0
        var index = 0
        while index < line.count {
            if line[index] == UInt8(ascii: "\\") {
                index += 1
                // A backslash at the very end keeps the spaces before it, as git has it.
                if index >= line.count { return line[...] }
                end = index + 1
            } else if line[index] != 0x20 {
                end = index + 1
            }
            index += 1
        }
        return line[..<end]
    }
}
