/// The looks of the text that renderers print: plain, or with ANSI escape codes.
package struct Style: Sendable, Hashable {
    /// Whether colours are used.
    package let isColoured: Bool

    /// No escape codes.
    package static let plain = Style(isColoured: false)
    /// ANSI escape codes.
    package static let ansi = Style(isColoured: true)

    /// The style with or without colours.
    package init(isColoured: Bool) { self.isColoured = isColoured }

    /// What a piece of text is, which decides its colour.
    package enum Role: Sendable, Hashable {
        /// A mark or word of an error.
        case error
        /// A mark or word of a warning.
        case warning
        /// A mark or word of a note.
        case note
        /// A secondary mark, a line number, an arrow.
        case gutter
        /// The message.
        case strong
        /// A line or a mark of what a fix puts in.
        case added
        /// A line of what a fix takes away.
        case removed
    }

    /// The text in the colour of its role.
    package func paint(_ text: String, _ role: Role) -> String {
        guard isColoured, !text.isEmpty else { return text }
        let code =
            switch role {
            case .error: "1;31"
            case .warning: "1;33"
            case .note: "1;32"
            case .gutter: "1;34"
            case .strong: "1"
            case .added: "32"
            case .removed: "31"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

extension Severity {
    /// The colour of a severity.
    var role: Style.Role {
        switch self {
        case .error: .error
        case .warning: .warning
        case .note: .note
        }
    }
}
