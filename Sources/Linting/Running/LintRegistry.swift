import Manifests
import ResourceModel
import SourceDiagnostics

/// All rules, and how they are run over what was compiled.
package enum LintRegistry {
    /// The codes of all rules, and of what is said about the use of rules.
    package static var codes: [DiagnosticCode] {
        LintRule.all.map(\.code) + DiagnosticCode.suppressionCodes + [.staleBaseline]
    }

    /// Runs the rules over all resources, and leaves out what comments in the manifests silence.
    ///
    /// - Parameters:
    ///   - levels: `off`, `note`, `warning` or `error` by the name of a rule, as a project file says it.
    ///   - ranges: Where the project file names each rule.
    /// - Returns: The findings of each rule by the rules' numbers, then what is said about suppressions.
    package static func lint(
        _ result: CompileResult,
        levels: [String: String] = [:],
        ranges: [String: SourceRange] = [:],
        capabilities: Capabilities? = nil
    ) -> [Diagnostic] {
        examine(result, levels: levels, ranges: ranges, capabilities: capabilities).findings
    }

    /// The same, with what comments silence.
    package static func examine(
        _ result: CompileResult,
        levels: [String: String] = [:],
        ranges: [String: SourceRange] = [:],
        capabilities: Capabilities? = nil
    ) -> LintOutcome {
        let context = LintContext(graph: result.partial, capabilities: capabilities)
        let found = LintRun(context: context, rules: active(levels)).findings()
        let diagnostics = LocatedFindings(result: result).diagnostics(found)
        let suppressions = SuppressionTable(result.sources, known: LintRule.all.map(\.code))
        var outcome = suppressions.apply(to: diagnostics, levels: levels)
        outcome.findings = unknownRules(levels, ranges) + outcome.findings
        return outcome
    }

    /// The rules that are on, with the severity of their findings.
    private static func active(_ levels: [String: String]) -> [(rule: LintRule, severity: Severity)] {
        LintRule.all.compactMap { rule in
            guard let level = levels[rule.code.slug] ?? levels[rule.code.id] else {
                return rule.severity.map { (rule, $0) }
            }
            return Severity(rawValue: level).map { (rule, $0) }
        }
    }

    /// The rules that a project sets and that do not exist: a mistyped name would switch nothing off.
    private static func unknownRules(_ levels: [String: String], _ ranges: [String: SourceRange]) -> [Diagnostic] {
        let names = codes.map(\.slug)
        let known = Set(names + codes.map(\.id))
        return levels.keys.filter { !known.contains($0) }.sorted()
            .map { name in
                let nearest = Suggestion.nearest(name, in: names)
                return Diagnostic(
                    .badProject,
                    "`lint.rules` of orchplan.yaml names `\(Escaping.visible(name))`, which is no rule",
                    at: ranges[name].map { Label($0) },
                    help: [Help(nearest.map { "did you mean `\($0)`?" } ?? "see `orchplan explain rules`")]
                )
            }
    }
}
