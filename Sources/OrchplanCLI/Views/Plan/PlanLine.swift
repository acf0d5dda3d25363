/// A line of a plan before it is laid out: the symbol in front of it stays apart, so that every form can place it.
struct PlanLine: Sendable, Hashable {
    /// Columns before the symbol.
    var indent: Int
    /// `+`, `-`, `~` or nothing.
    var mark: Mark?
    var content: StyledText

    init(_ content: StyledText, indent: Int, mark: Mark? = nil) {
        self.indent = indent
        self.mark = mark
        self.content = content
    }

    /// The line as people see it.
    var styled: StyledText {
        var line = StyledText.spaces(indent)
        line += mark.map { StyledText($0.symbol, $0.look) } ?? " "
        line += " "
        line += content
        return line.trimmed
    }
}

/// What happens to a field, an item or a line.
enum Mark: Sendable, Hashable {
    case added
    case changed
    case removed

    var symbol: String {
        switch self {
        case .added: "+"
        case .changed: "~"
        case .removed: "-"
        }
    }

    var look: Look {
        switch self {
        case .added: .green
        case .changed: .yellow
        case .removed: .red
        }
    }
}
