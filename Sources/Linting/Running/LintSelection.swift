import SourceDiagnostics

/// Which rules a run is about, by the words of a person: names, numbers and groups of rules.
package struct LintSelection: Sendable, Hashable {
    /// Nothing but these; empty: all.
    package var only: [String]
    package var skipped: [String]

    package init(only: [String] = [], skipped: [String] = []) {
        self.only = only
        self.skipped = skipped
    }

    package var isEmpty: Bool { only.isEmpty && skipped.isEmpty }

    /// The first word that names no rule and no group, with the one that it was probably meant to be.
    package var unknown: (word: String, nearest: String?)? {
        let groups = LintGroup.allCases.map(\.rawValue)
        let known = Set(LintRegistry.codes.flatMap { [$0.id, $0.slug] } + groups)
        return (only + skipped).first { !known.contains($0) }
            .map { ($0, Suggestion.nearest($0, in: groups + LintRegistry.codes.map(\.slug))) }
    }

    /// The levels of a project with the rest switched off.
    ///
    /// A rule that `only` names itself runs although it is off, as a warning where it has no severity of its own; a
    /// group brings in only what is on.
    package func levels(_ project: [String: String]) -> [String: String] {
        guard !isEmpty else { return project }
        var levels = project
        let groups = Dictionary(LintRule.all.map { ($0.code, $0.group.rawValue) }) { first, _ in first }
        for code in LintRegistry.codes {
            let words = [code.slug, code.id, groups[code] ?? ""]
            let isNamed = only.contains(code.slug) || only.contains(code.id)
            if words.contains(where: skipped.contains) || !(only.isEmpty || words.contains(where: only.contains)) {
                levels[code.id] = nil
                levels[code.slug] = "off"
            } else if isNamed, (levels[code.slug] ?? levels[code.id] ?? "off") == "off" {
                levels[code.id] = nil
                let own = LintRule.all.first { $0.code == code }?.severity ?? .warning
                levels[code.slug] = own.rawValue
            }
        }
        return levels
    }
}
