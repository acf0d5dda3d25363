/// One line of source as it is shown: tabs expanded, odd characters escaped, and where each byte comes to stand.
struct ExcerptLine {
    private struct Cell {
        let offset: Int
        let text: String
        let column: Int
        let width: Int
    }

    private var cells: [Cell] = []
    /// The columns of the whole line.
    private(set) var width = 0
    /// Whether bytes of the line were left out before or behind what was looked at.
    private let cutsHead: Bool
    private let cutsTail: Bool

    /// Lays out `range` of a file; of a very long line only the bytes within `reach` of `focus` are looked at.
    ///
    /// - Parameter hidden: Parts of which is shown that they are there, and not what they are, in order.
    init(
        file: SourceFile,
        range: Range<Int>,
        focus: Int,
        tabWidth: Int,
        hidden: [Range<Int>] = [],
        reach: Int = 2048
    ) {
        let tabWidth = max(1, tabWidth)
        var from = range.lowerBound
        var to = range.upperBound
        if focus - from > reach { from = focus - reach }
        if to - focus > reach { to = max(focus, from) + reach }
        while from > range.lowerBound, file.base[from] & 0xC0 == 0x80 { from -= 1 }
        to = min(to, range.upperBound)
        while to < range.upperBound, file.base[to] & 0xC0 == 0x80 { to += 1 }
        cutsHead = from > range.lowerBound
        cutsTail = to < range.upperBound
        var at = from
        // A byte order mark is not shown by editors, and takes no column.
        if from == 0, file.text(in: 0..<3) == "\u{FEFF}" { at = 3 }
        while at < to {
            if let part = hidden.first(where: { $0.contains(at) }) {
                let text = SecretLine.replacement
                cells.append(Cell(offset: at, text: text, column: width, width: text.utf8.count))
                width += text.utf8.count
                at = part.upperBound
            } else {
                at += append(file, at, to, tabWidth)
            }
        }
    }

    private mutating func append(_ file: SourceFile, _ at: Int, _ end: Int, _ tabWidth: Int) -> Int {
        let byte = file.base[at]
        var length = 1
        var text: String
        var columns: Int
        if byte == 0x09 {
            columns = tabWidth - width % tabWidth
            text = String(repeating: " ", count: columns)
        } else if byte < 0x80 {
            let scalar = Unicode.Scalar(byte)
            text = Escaping.needsEscape(scalar) ? Escaping.escape(scalar) : String(Character(scalar))
            columns = text.utf8.count
        } else {
            while length < 4, at + length < end, file.base[at + length] & 0xC0 == 0x80 { length += 1 }
            let bytes = file.bytes[at..<at + length]
            if let whole = String(validating: bytes, as: UTF8.self), let scalar = whole.unicodeScalars.first,
                whole.unicodeScalars.count == 1
            {
                text = Escaping.needsEscape(scalar) ? Escaping.escape(scalar) : whole
                columns = DisplayWidth.of(text)
            } else {
                length = 1
                text = Escaping.escape(byte: byte)
                columns = text.utf8.count
            }
        }
        cells.append(Cell(offset: at, text: text, column: width, width: columns))
        width += columns
        return length
    }

    /// The column (from 0) at which the byte `offset` is shown.
    func column(of offset: Int) -> Int {
        var low = 0
        var high = cells.count
        while low < high {
            let middle = (low + high) / 2
            if cells[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        if low < cells.count { return cells[low].column }
        return width
    }

    /// The last column up to `most` that no letter is cut at; behind a space where there is one at `best` or later.
    func cut(atMost most: Int, best: Int = .max) -> Int {
        if let space = cells.last(where: { $0.column < most && $0.column >= best && $0.text == " " }) {
            return space.column + 1
        }
        guard let last = cells.last(where: { $0.column <= most }) else { return most }
        return last.column + last.width <= most ? most : last.column
    }

    /// An end of a line.
    enum Edge { case head, tail }

    /// The text of the columns `window`, with `ellipsis` at those `edges` where something is left out.
    func text(in window: Range<Int>, ellipsis: String, edges: Set<Edge> = [.head, .tail]) -> String {
        var result = ""
        var column = window.lowerBound
        for cell in cells where cell.column >= window.lowerBound && cell.column + cell.width <= window.upperBound {
            // Half of a wide letter that the window cuts is a space; a mark whose letter it cuts is nothing.
            if cell.column > column { result += String(repeating: " ", count: cell.column - column) }
            if cell.width == 0, result.isEmpty, window.lowerBound > 0 { continue }
            result += cell.text
            column = cell.column + cell.width
        }
        let room = DisplayWidth.of(ellipsis)
        if cutsHead || window.lowerBound > 0, edges.contains(.head), DisplayWidth.of(result) > room {
            result = ellipsis + Self.drop(room, of: result)
        }
        if cutsTail || window.upperBound < width, edges.contains(.tail) { result += ellipsis }
        while result.last == " " { result.removeLast() }
        return result
    }

    private static func drop(_ columns: Int, of text: String) -> String {
        var dropped = 0
        var scalars = Substring(text).unicodeScalars
        while dropped < columns, let first = scalars.popFirst() { dropped += DisplayWidth.of(first) }
        while let first = scalars.first, DisplayWidth.of(first) == 0 { scalars.removeFirst() }
        return String(repeating: " ", count: dropped - columns) + String(scalars)
    }
}
