/// How bad a diagnostic is.
package enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Something to know; changes nothing.
    case note
    /// Probably a mistake; the run goes on.
    case warning
    /// A mistake; what it concerns cannot be used.
    case error

    /// Whether `left` is less bad.
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    /// 0 for the least bad one.
    package var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }
}

/// A marked stretch of source, with the words shown behind the marks.
package struct Label: Sendable, Hashable {
    /// What is marked.
    package let range: SourceRange
    /// What is said behind the marks, if anything.
    package let text: String?
    /// Whether what is marked is not to be repeated: an excerpt ends in front of it.
    package let isSensitive: Bool

    /// Marks `range`, and says `text` about it.
    package init(_ range: SourceRange, _ text: String? = nil, isSensitive: Bool = false) {
        self.range = range
        self.text = text
        self.isSensitive = isSensitive
    }
}

/// One thing that is wrong, as a value: renderers turn it into text, JSON and other reports.
///
/// The message is lowercase, has no full stop and says what is wrong; advice is in `help` alone. The primary range is
/// the smallest stretch that a person would have to change.
package struct Diagnostic: Sendable, Hashable {
    /// Which kind it is.
    package var code: DiagnosticCode
    /// How bad it is.
    package var severity: Severity
    /// What is wrong.
    package var message: String
    /// Where it is wrong, if it is anywhere.
    package var primary: Label?
    /// Other places that explain it.
    package var secondary: [Label]
    /// Facts that explain it.
    package var notes: [String]
    /// What to do about it.
    package var help: [Help]

    /// The diagnostic with these parts.
    package init(
        _ code: DiagnosticCode,
        severity: Severity = .error,
        _ message: String,
        at primary: Label?,
        secondary: [Label] = [],
        notes: [String] = [],
        help: [Help] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.primary = primary
        self.secondary = secondary
        self.notes = notes
        self.help = help
    }

    /// The diagnostic with these parts, whose primary label has no text.
    package init(
        _ code: DiagnosticCode,
        severity: Severity = .error,
        _ message: String,
        at range: SourceRange,
        secondary: [Label] = [],
        notes: [String] = [],
        help: [Help] = []
    ) {
        self.init(
            code,
            severity: severity,
            message,
            at: Label(range),
            secondary: secondary,
            notes: notes,
            help: help
        )
    }
}

extension Sequence<Diagnostic> {
    /// Whether any of them is an error.
    package var hasErrors: Bool { contains { $0.severity == .error } }
}
