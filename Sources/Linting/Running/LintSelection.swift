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

    /// Whether some words name a rule, by its number, its name or its group.
    private static func names(_ words: Set<String>, _ code: DiagnosticCode, _ group: String?) -> Bool {
        words.contains(code.slug) || words.contains(code.id.lowercased()) || group.map(words.contains) ?? false
    }

    package var isEmpty: Bool { only.isEmpty && skipped.isEmpty }

    /// A word that names no rule and no group of rules.
    package struct Unknown: Sendable, Hashable {
        package var word: String
        /// What it was probably meant to be: a group, or the number or name of a rule.
        package var nearest: String?
        /// The code of the compiler that it names: what that says is always told.
        package var compilerCode: DiagnosticCode?
    }

    /// The first word that names no rule and no group.
    package var unknown: Unknown? {
        let groups = LintGroup.allCases.map(\.rawValue)
        let codes = LintRegistry.codes
        let word = (only + skipped)
            .first { word in !groups.contains(word.lowercased()) && !codes.contains { $0.isNamed(word) } }
        guard let word else { return nil }
        return Unknown(
            word: word,
            nearest: Suggestion.nearest(word, in: groups + codes.map(\.slug))
                ?? Suggestion.nearest(word.uppercased(), in: codes.map(\.id)),
            compilerCode: (DiagnosticCode.manifestCodes + DiagnosticCode.yamlCodes).first { $0.isNamed(word) }
        )
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
        let (wanted, unwanted) = (Set(only.map { $0.lowercased() }), Set(skipped.map { $0.lowercased() }))
        for code in LintRegistry.codes {
            let group = groups[code]
            var level: String?
            if !wanted.isEmpty && !Self.names(wanted, code, group) || Self.names(unwanted, code, group) {
                level = "off"
            } else if Self.names(wanted, code, nil), before.isOff(code) {
                level = (LintRule.all.first { $0.code == code }?.severity ?? .warning).rawValue
            }
            guard let level else { continue }
            settings.levels = settings.levels.filter { !code.isNamed($0.key) }
            settings.levels[code.slug] = level
        }
        return settings
    }
}
