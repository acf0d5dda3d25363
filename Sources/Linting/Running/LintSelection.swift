import Manifests
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

    /// The settings of a project with the rest switched off.
    ///
    /// A rule that `only` names itself runs although it is off, as a warning where it has no severity of its own; a
    /// group brings in only what is on.
    package func applied(to settings: LintSettings) -> LintSettings {
        guard !isEmpty else { return settings }
        var settings = settings
        let groups = Dictionary(LintRule.all.map { ($0.code, $0.group.rawValue) }) { first, _ in first }
        let before = RuleLevels(settings)
        for code in LintRegistry.codes {
            let words = [code.slug, code.id, groups[code] ?? ""]
            let isWanted = only.isEmpty || words.contains(where: only.contains)
            var level: String?
            if !isWanted || words.contains(where: skipped.contains) {
                level = "off"
            } else if only.contains(code.slug) || only.contains(code.id), before.isOff(code) {
                level = (LintRule.all.first { $0.code == code }?.severity ?? .warning).rawValue
            }
            guard let level else { continue }
            settings.levels[code.id] = nil
            settings.levels[code.slug] = level
        }
        return settings
    }
}
