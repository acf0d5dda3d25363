/// One change to a file.
package struct TextEdit: Sendable, Hashable {
    /// The bytes to replace; a point inserts.
    package let range: SourceRange
    /// What to put there.
    package let replacement: String

    /// Puts `replacement` in place of `range`.
    package init(_ range: SourceRange, _ replacement: String) {
        self.range = range
        self.replacement = replacement
    }
}

/// Whether the edits of a help may be applied without asking.
package enum Applicability: String, Sendable, Hashable {
    /// The meaning of the file stays the same, or there is only one thing that the author can have meant.
    case safe
    /// A person should look first.
    case unsafe
}

/// One piece of advice, perhaps with the edits that follow it.
package struct Help: Sendable, Hashable {
    /// What to do, lowercase and without a full stop.
    package let text: String
    /// The edits that do it; empty for advice in words alone.
    package let edits: [TextEdit]
    /// Whether the edits may be applied without asking.
    package let applicability: Applicability

    /// Advice in words, perhaps with edits, which a person should look at unless they are said to be safe.
    package init(_ text: String, edits: [TextEdit] = [], applicability: Applicability = .unsafe) {
        self.text = text
        self.edits = edits
        self.applicability = applicability
    }
}
