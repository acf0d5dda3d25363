import SourceDiagnostics

/// One comment of a file, and whether it stands behind something.
package struct YAMLComment: Sendable, Hashable {
    /// The text with its `#`, without white space at its end.
    package let text: String
    /// The line, from 1.
    package let line: Int
    /// The column in bytes, from 0.
    package let column: Int
    /// Whether something of the document stands in front of it on its line.
    package let isBehind: Bool
}

/// The lines of a file as a reader of its comments needs them.
package struct YAMLCommentScan: Sendable {
    /// All comments, in order.
    package private(set) var comments: [YAMLComment] = []
    /// The lines on which something begins, and the column of the first thing, in order.
    package private(set) var beginnings: [(line: Int, column: Int)] = []

    /// Nil when the text is no YAML.
    package init?(_ file: SourceFile) {
        guard let scan = TokenScan(file) else { return nil }
        var end = 0
        for token in scan.tokens where !token.range.isEmpty {
            add(file, end..<max(end, token.range.lowerBound))
            let line = file.position(at: UInt32(token.range.lowerBound)).line
            if beginnings.last?.line != line {
                beginnings.append((line, token.range.lowerBound - file.lineRange(line).lowerBound))
            }
            end = max(end, token.range.upperBound)
        }
        add(file, end..<file.count)
    }

    private mutating func add(_ file: SourceFile, _ gap: Range<Int>) {
        guard gap.contains(where: { file.bytes[$0] == UInt8(ascii: "#") }) else { return }
        let line = file.position(at: UInt32(gap.lowerBound)).line
        let column = gap.lowerBound - file.lineRange(line).lowerBound
        guard let pieces = TokenGap(file, gap, column: column)?.pieces else { return }
        for (index, piece) in pieces.enumerated() {
            guard let comment = piece.comment else { continue }
            comments.append(
                YAMLComment(
                    text: String(decoding: LayoutFormatter.comment(comment), as: UTF8.self),
                    line: line + index,
                    column: piece.column,
                    // A block of text ends behind its last line break.
                    isBehind: index == 0 && beginnings.last?.line == line
                )
            )
        }
    }
}
