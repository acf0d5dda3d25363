/// The signs that views draw with, for terminals that show Unicode and for those that do not.
package struct Glyphs: Sendable, Hashable {
    package var ellipsis: String
    package var done: String
    package var failed: String
    package var warning: String
    package var filledDot: String
    package var emptyDot: String
    package var filledBar: String
    package var emptyBar: String
    package var rule: String
    /// A rule that stands out where colour does not.
    package var strongRule: String

    package static let unicode = Glyphs(
        ellipsis: "…",
        done: "✓",
        failed: "✗",
        warning: "!",
        filledDot: "●",
        emptyDot: "○",
        filledBar: "━",
        emptyBar: "─",
        rule: "│",
        strongRule: "┃"
    )
    package static let ascii = Glyphs(
        ellipsis: "...",
        done: "ok",
        failed: "x",
        warning: "!",
        filledDot: "#",
        emptyDot: ".",
        filledBar: "=",
        emptyBar: "-",
        rule: "|",
        strongRule: "!"
    )
}

/// How a view is to lay out its text.
package struct ViewFormat: Sendable, Hashable {
    package var isColoured: Bool
    /// The columns there are; nil: as many as it takes.
    package var width: Int?
    package var glyphs: Glyphs

    package init(isColoured: Bool = false, width: Int? = nil, glyphs: Glyphs = .unicode) {
        self.isColoured = isColoured
        self.width = width
        self.glyphs = glyphs
    }

    package var painter: Painter { Painter(isColoured: isColoured) }

    /// The columns for running text: never more than a line that is read with ease.
    package var proseWidth: Int? { width.map { min($0, 110) } }
}
