import SourceDiagnostics

/// What is said about a conversion, and what of the Compose file did not come through.
struct ConversionLog: Sendable {
    var diagnostics: [Diagnostic] = []
    /// What was left out or became something else, in the order of the file.
    var losses: [ConversionLoss] = []

    mutating func error(
        _ code: DiagnosticCode,
        _ message: String,
        at range: SourceRange,
        help: [String] = [],
        notes: [String] = []
    ) {
        let error = Diagnostic(code, message, at: range, notes: notes, help: help.map { Help($0) })
        if !diagnostics.contains(error) { diagnostics.append(error) }
    }

    /// A warning; what several services have from one place is told once.
    private mutating func warn(_ code: DiagnosticCode, _ message: String, at range: SourceRange, _ help: String?) {
        let help = help.map { [Help($0)] } ?? []
        let warning = Diagnostic(code, severity: .warning, message, at: range, help: help)
        if !diagnostics.contains(warning) { diagnostics.append(warning) }
    }

    /// Something that the manifests do not say.
    mutating func leftOut(
        _ what: String,
        of owner: String,
        at range: SourceRange,
        because reason: String,
        help: String? = nil
    ) {
        warn(.leftOut, "`\(what)` is left out: \(reason)", at: range, help)
        losses.append(ConversionLoss(owner: owner, what: what, reason: reason, isLeftOut: true, range: range))
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
        losses.append(ConversionLoss(owner: owner, what: what, reason: message, isLeftOut: false, range: range))
    }
}

/// Something that did not come through as it was.
package struct ConversionLoss: Sendable, Hashable {
    /// The resource or section that it belongs to: `service/web`.
    package var owner: String
    /// The key in the Compose file: `deploy.placement`.
    package var what: String
    package var reason: String
    /// Whether the manifests do not say it at all; else they say it otherwise.
    package var isLeftOut: Bool
    package var range: SourceRange

    package init(owner: String, what: String, reason: String, isLeftOut: Bool, range: SourceRange) {
        self.owner = owner
        self.what = what
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
                "- " + ($0.isLeftOut ? "`\($0.what)` is left out: \($0.reason)" : "`\($0.what)`: \($0.reason)")
            }
    }
}
