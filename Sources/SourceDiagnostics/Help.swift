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
    /// The text of every value stays as it is: quotes, white space and comments to orchplan alone change.
    case safe
    /// What is written comes to mean something else, so a person has to ask for it.
    case unsafe
    /// Something has to be filled in: it is shown, and never applied.
    case placeholder
}

/// One piece of advice, perhaps with the edits that follow it: then it is a fix, and its text is the title.
package struct Help: Sendable, Hashable {
    /// What to do, lowercase and without a full stop.
    package let text: String
    /// The edits that do it; empty for advice in words alone.
    package let edits: [TextEdit]
    /// Whether the edits may be applied without asking.
    package let applicability: Applicability
    /// Why there are no edits although the advice could be followed by some; nil where nothing is to be said.
    package let refusal: String?

    /// Advice in words, perhaps with edits, which a person should look at unless they are said to be safe.
    package init(
        _ text: String,
        edits: [TextEdit] = [],
        applicability: Applicability = .unsafe,
        refusal: String? = nil
    ) {
        self.text = text
        self.edits = edits
        self.applicability = applicability
        self.refusal = refusal
    }
}

extension Diagnostic {
    /// The advice that comes with edits, the best one first.
    package var fixes: [Help] { help.filter { !$0.edits.isEmpty } }
}
