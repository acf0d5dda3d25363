/// Breaks running text at words, so that no terminal does it in the middle of one.
enum WordWrap {
    /// The text as lines of at most `first` columns, and `rest` for those after the first.
    ///
    /// Breaks are at spaces and beside letters of two columns, whose scripts have no spaces. A word that is longer than
    /// a line stays whole: half of a path or a command is no use to anybody.
    static func lines(_ text: String, first: Int, rest: Int) -> [String] {
        // Bytes are never fewer than columns.
        if text.utf8.count <= first { return [text] }
        var lines: [String] = []
        var line = ""
        var width = 0
        var room = first
        for piece in pieces(text) {
            let word = piece.last == " " ? piece.dropLast() : piece[...]
            let columns = DisplayWidth.of(String(word))
            if width > 0, width + columns > room {
                lines.append(trimmed(line))
                (line, width, room) = ("", 0, rest)
            }
            line += piece
            width += DisplayWidth.of(piece)
        }
        return lines + [trimmed(line)]
    }

    /// Words with the space behind them, and wide letters one by one.
    private static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in text {
            let isWide = character.unicodeScalars.first.map { DisplayWidth.of($0) == 2 } ?? false
            if isWide, !piece.isEmpty {
                pieces.append(piece)
                piece = ""
            }
            piece.append(character)
            guard isWide || character == " " else { continue }
            // A second space in a row belongs to the word in front of it.
            if piece == " ", let last = pieces.indices.last {
                pieces[last] += piece
            } else {
                pieces.append(piece)
            }
            piece = ""
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
