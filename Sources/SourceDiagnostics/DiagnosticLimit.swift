/// Decides which diagnostics are shown to people at length, and counts the others.
///
/// Of thousands that one mistake in a shared file causes, the first say all. Errors, warnings and notes are limited each
/// for themselves, so that many warnings never hide an error.
struct DiagnosticLimit {
    private struct Tally {
        var shown = 0
        /// By slug.
        var left: [String: Int] = [:]
    }

    private let limit: Int
    private var tallies: [Severity: Tally] = [:]
    /// How many rules are named in the line that counts the rest.
    private static let named = 4

    init(_ limit: Int) {
        self.limit = limit
    }

    /// Whether to show it; counts it if not.
    mutating func admits(_ diagnostic: Diagnostic) -> Bool {
        var tally = tallies[diagnostic.severity] ?? Tally()
        let isShown = tally.shown < limit
        if isShown { tally.shown += 1 } else { tally.left[diagnostic.code.slug, default: 0] += 1 }
        tallies[diagnostic.severity] = tally
        return isShown
    }

    /// Counts what nobody asks to show.
    mutating func leave(_ further: FurtherFindings) {
        for (severity, counts) in further.counts {
            tallies[severity, default: Tally()].left.merge(counts, uniquingKeysWith: +)
        }
    }

    /// What is not shown, a line for each severity and one that says how to see it; empty when all was shown.
    func lines() -> [String] {
        let severities: [Severity] = [.error, .warning, .note]
        let lines = severities.compactMap { severity in
            tallies[severity].flatMap { $0.left.isEmpty ? nil : Self.line($0.left, severity) }
        }
        return lines.isEmpty
            ? [] : lines + ["    `orchplan lint --limit 0` shows all of them, `--format short` in a line each"]
    }

    private static func line(_ left: [String: Int], _ severity: Severity) -> String {
        let count = left.values.reduce(0, +)
        let ordered = left.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var parts = ordered.prefix(named).map { "\($0.value) \($0.key)" }
        let others = ordered.dropFirst(named).reduce(0) { $0 + $1.value }
        if others > 0 { parts.append("\(others) of other rules") }
        return "... and \(count) more \(severity.rawValue)\(count == 1 ? "" : "s"): " + parts.joined(separator: ", ")
    }
}
