import SourceDiagnostics

/// What stands between two tokens, line by line.
struct TokenGap {
    /// One line of it.
    struct Piece {
        /// The comment with its `#`, without white space at its end.
        var comment: [UInt8]?
        /// Where the comment begins, or the line's white space ends: the column in bytes.
        var column: Int
    }

    /// The first is what follows on the line of the token before; then one for each further line.
    private(set) var pieces: [Piece] = []

    /// Nil when there is something in it that is neither white space nor a comment.
    ///
    /// - Parameter column: The column at which the gap starts.
    init?(_ file: SourceFile, _ range: Range<Int>, column start: Int) {
        var at = range.lowerBound
        var column = start
        var comment: [UInt8]?
        // A byte order mark is no content, and stays where it is.
        if at == 0, range.upperBound >= 3 { at = file.markLength }
        while at < range.upperBound {
            let byte = file.bytes[at]
            switch byte {
            case 0x20, 0x09:
                at += 1
                column += 1
            case 0x0A, 0x0D:
                pieces.append(Piece(comment: comment, column: column))
                comment = nil
                column = 0
                at += byte == 0x0D && at + 1 < range.upperBound && file.bytes[at + 1] == 0x0A ? 2 : 1
            case UInt8(ascii: "#"):
                var end = at
                while end < range.upperBound, file.bytes[end] != 0x0A, file.bytes[end] != 0x0D { end += 1 }
                var text = Array(file.bytes[at..<end])
                while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
                comment = text
                at = end
            default: return nil
            }
        }
        pieces.append(Piece(comment: comment, column: column))
    }

    var breaksLine: Bool { pieces.count > 1 }
    var hasComment: Bool { pieces.contains { $0.comment != nil } }
}
