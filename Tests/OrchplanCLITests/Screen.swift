/// A terminal of a few control sequences: enough to see what a live region leaves on it.
///
/// Lines that scroll out at the top are kept. Unknown sequences show up as text, so that a test sees them.
struct Screen {
    private var width: Int
    private let height: Int
    private var rows: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    /// The ordinary screen while the alternate one is shown.
    private var ordinary: (rows: [[Character]], row: Int, column: Int)?

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// All lines without the spaces at their ends.
    var text: String {
        let lines = rows.map { row -> String in
            var text = String(row)
            while text.last == " " { text.removeLast() }
            return text
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Breaks the lines that are longer than the new width, as terminals do; the cursor stays on its text.
    ///
    /// Lines of the alternate screen are cut.
    mutating func narrow(to width: Int) {
        self.width = width
        guard let saved = ordinary else { return breakLines() }
        let alternate = (rows.map { Array($0.prefix(width)) }, row, min(column, width))
        (rows, row, column) = saved
        breakLines()
        ordinary = (rows, row, column)
        (rows, row, column) = alternate
    }

    private mutating func breakLines() {
        var broken: [[Character]] = []
        for (index, line) in rows.enumerated() {
            if index == row { row = broken.count }
            var rest = line[...]
            repeat {
                broken.append(Array(rest.prefix(width)))
                rest = rest.dropFirst(width)
            } while !rest.isEmpty
        }
        rows = broken
    }

    mutating func write(_ text: String) {
        var rest = Array(text)[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                row += 1
                column = 0
                if row == rows.count { rows.append([]) }
            case "\r": column = 0
            case "\u{1B}": sequence(&rest)
            default: put(character)
            }
        }
    }

    private mutating func put(_ character: Character) {
        if column == width {
            row += 1
            column = 0
            if row == rows.count { rows.append([]) }
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }

    private mutating func sequence(_ rest: inout ArraySlice<Character>) {
        guard rest.first == "[" else { return put("?") }
        rest = rest.dropFirst()
        let parameters = String(rest.prefix { !$0.isLetter })
        rest = rest.dropFirst(parameters.count)
        switch rest.popFirst() {
        case "A":
            // The cursor cannot leave the visible part.
            let top = max(0, rows.count - height)
            row = max(top, row - (Int(parameters) ?? 1))
        case "K": rows[row] = Array(rows[row].prefix(column))
        case "J":
            rows[row] = Array(rows[row].prefix(column))
            rows.removeLast(rows.count - row - 1)
        case "H" where parameters.isEmpty: (row, column) = (0, 0)
        case "h" where parameters == "?1049":
            ordinary = (rows, row, column)
            (rows, row, column) = ([[]], 0, 0)
        case "l" where parameters == "?1049":
            if let saved = ordinary { (rows, row, column) = saved }
            ordinary = nil
        case "h" where parameters == "?2026", "l" where parameters == "?2026": break
        default: put("?")
        }
    }
}
