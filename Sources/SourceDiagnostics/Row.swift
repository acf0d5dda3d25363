/// One line of marks and words that is put together piece by piece, before it is coloured.
struct Row {
    private var cells: [(text: Character, role: Style.Role?)] = []

    /// Writes `text` from `column` on, over what stands there.
    mutating func put(_ text: String, at column: Int, _ role: Style.Role) {
        var column = column
        for character in text {
            while cells.count <= column { cells.append((" ", nil)) }
            cells[column] = (character, role)
            column += 1
        }
    }

    /// The line, with each stretch of one role painted at once.
    func rendered(_ style: Style) -> String {
        var result = ""
        var stretch = ""
        var role: Style.Role?
        for cell in cells {
            if cell.role != role {
                result += role.map { style.paint(stretch, $0) } ?? stretch
                stretch = ""
                role = cell.role
            }
            stretch.append(cell.text)
        }
        return result + (role.map { style.paint(stretch, $0) } ?? stretch)
    }
}
