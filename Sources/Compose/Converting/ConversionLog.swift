import SourceDiagnostics

/// What is said about a conversion, and what of the Compose file did not come through.
struct ConversionLog: Sendable {
    var diagnostics: [Diagnostic] = []
    /// Where each of them is in `diagnostics`, without the labels that name whom it is about.
    private var places: [Diagnostic: Int] = [:]
    /// Whose text is looked at.
    var uses: AliasUses?
    /// What was left out or became something else, in the order of the file.
    var losses: [ConversionLoss] = []

    mutating func error(
        _ code: DiagnosticCode,
        _ message: String,
        at range: SourceRange,
        help: [String] = [],
        notes: [String] = []
    ) {
        tell(Diagnostic(code, message, at: range, notes: notes, help: help.map { Help($0) }))
    }

    /// Adds a diagnostic; what several resources have from one place is told once, and names them.
    mutating func tell(_ diagnostic: Diagnostic) {
        tell(diagnostic, diagnostic.primary.flatMap { uses?.label(for: $0.range) })
    }

    /// Adds a diagnostic, and a label that names whom it is about.
    mutating func tell(_ diagnostic: Diagnostic, _ label: Label?) {
        guard let place = places[diagnostic] else {
            places[diagnostic] = diagnostics.count
            var told = diagnostic
            if let label { told.secondary.append(label) }
            return diagnostics.append(told)
        }
        guard let label, !diagnostics[place].secondary.contains(label) else { return }
        // More of them are no help to anybody.
        if diagnostics[place].secondary.count < 4 {
            diagnostics[place].secondary.append(label)
        } else if !diagnostics[place].notes.contains(Self.others) {
            diagnostics[place].notes.append(Self.others)
        }
    }

    private static let others = "the same place is used for others, too"

    private mutating func warn(_ code: DiagnosticCode, _ message: String, at range: SourceRange, _ help: String?) {
        let help = help.map { [Help($0)] } ?? []
        tell(Diagnostic(code, severity: .warning, message, at: range, help: help))
    }

    /// Something that the manifests do not say.
    ///
    /// - Parameter title: What is left out where that is a part of what the key says; else all of it is.
    mutating func leftOut(
        _ what: String,
        _ title: String? = nil,
        of owner: String,
        at range: SourceRange,
        because reason: String,
        help: String? = nil
    ) {
        let title = title ?? "`\(what)`"
        warn(.leftOut, "\(title) is left out: \(reason)", at: range, help)
        losses.append(
            ConversionLoss(owner: owner, what: what, title: title, reason: reason, isLeftOut: true, range: range)
        )
    }

    /// Something that the manifests say otherwise.
    mutating func changed(
        _ what: String,
        of owner: String,
        at range: SourceRange,
        _ message: String,
        help: String? = nil
    ) {
        warn(.changed, "`\(what)`: \(message)", at: range, help)
        losses.append(
            ConversionLoss(
                owner: owner,
                what: what,
                title: "`\(what)`",
                reason: message,
                isLeftOut: false,
                range: range
            )
        )
    }
}

/// Something that did not come through as it was.
package struct ConversionLoss: Sendable, Hashable {
    /// The resource or section that it belongs to: `service/web`.
    package var owner: String
    /// The key in the Compose file: `deploy.placement`.
    package var what: String
    /// What of it did not come through, for people.
    package var title: String
    package var reason: String
    /// Whether the manifests do not say it at all; else they say it otherwise.
    package var isLeftOut: Bool
    package var range: SourceRange

    package init(owner: String, what: String, title: String, reason: String, isLeftOut: Bool, range: SourceRange) {
        self.owner = owner
        self.what = what
        self.title = title
        self.reason = reason
        self.isLeftOut = isLeftOut
        self.range = range
    }
}

extension ConversionLoss {
    /// What a manifest says about itself.
    static func comments(_ losses: some Collection<ConversionLoss>) -> [String] {
        guard !losses.isEmpty else { return [] }
        return ["Not as in the Compose file:"]
            + losses.map {
                "- " + ($0.isLeftOut ? "\($0.title) is left out: \($0.reason)" : "\($0.title): \($0.reason)")
            }
    }
}
