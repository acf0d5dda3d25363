import Manifests
import ResourceModel
import SourceDiagnostics

/// All rules, and how they are run over what was compiled.
package enum LintRegistry {
    /// Every rule, by number.
    package static let rules: [any LintRule] = [MutableImageTag(), RollbackWithoutHealthcheck(), SingleReplicaStop()]

    /// The codes of all rules.
    package static var codes: [DiagnosticCode] { rules.map(\.code) }

    /// Runs the rules over all resources.
    ///
    /// - Parameters:
    ///   - levels: `off`, `note`, `warning` or `error` by the name of a rule, as a project file says it.
    ///   - ranges: Where the project file names each rule.
    package static func lint(
        _ result: CompileResult,
        levels: [String: String] = [:],
        ranges: [String: SourceRange] = [:],
        capabilities: Capabilities? = nil
    ) -> [Diagnostic] {
        let context = LintContext(graph: result.partial, capabilities: capabilities)
        var active: [(rule: any LintRule, severity: Severity, diagnostics: [Diagnostic])] = []
        for rule in rules {
            let level = levels[rule.code.slug] ?? levels[rule.code.id]
            if level == "off" { continue }
            active.append((rule, level.flatMap(Severity.init(rawValue:)) ?? rule.severity, []))
        }
        // One walk over the resources for all rules; the findings stay in the order of the rules.
        for resource in context.graph.resources {
            for index in active.indices {
                for finding in active[index].rule.check(resource, in: context) {
                    let range =
                        finding.field.flatMap { result.fieldRange(resource.address, $0) }
                        ?? result.place(of: resource.address)?.name
                    active[index].diagnostics
                        .append(
                            Diagnostic(
                                active[index].rule.code,
                                severity: active[index].severity,
                                finding.message,
                                at: range.map { Label($0) },
                                help: finding.help.map { [Help($0)] } ?? []
                            )
                        )
                }
            }
        }
        return unknownRules(levels, ranges) + active.flatMap(\.diagnostics)
    }

    /// The rules that a project sets and that do not exist: a mistyped name would switch nothing off.
    private static func unknownRules(_ levels: [String: String], _ ranges: [String: SourceRange]) -> [Diagnostic] {
        let names = codes.map(\.slug)
        let known = Set(names + codes.map(\.id))
        return levels.keys.filter { !known.contains($0) }.sorted()
            .map { name in
                Diagnostic(
                    .badProject,
                    "`lint.rules` of orchplan.yaml names `\(Escaping.visible(name))`, which is no rule",
                    at: ranges[name].map { Label($0) },
                    notes: ["rules: " + names.joined(separator: ", ")],
                    help: Suggestion.nearest(name, in: names).map { [Help("did you mean `\($0)`?")] } ?? []
                )
            }
    }
}
