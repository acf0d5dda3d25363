import Manifests
import SourceDiagnostics

/// Reads what a project says about rules: a mistyped name would switch nothing off.
struct SettingsReader {
    let settings: LintSettings

    /// The values of options, and what is wrong with the settings, by the names of the rules.
    func read() -> (LintValues, [Diagnostic]) {
        var values = LintValues()
        var faults: [Diagnostic] = []
        let names = LintRegistry.codes.map(\.slug)
        faults += repeated()
        for name in settings.ranges.keys.sorted() {
            guard LintRegistry.codes.contains(where: { $0.isNamed(name) }) else {
                let near = Suggestion.nearest(name, in: names + LintRegistry.codes.map(\.id))
                faults.append(
                    fault(
                        "`lint.rules` of orchplan.yaml names `\(Escaping.visible(name))`, which is no rule",
                        settings.ranges[name],
                        near.map { "did you mean `\($0)`?" } ?? "see `orchplan explain rules`"
                    )
                )
                continue
            }
            let rule = LintRule.all.first { $0.code.isNamed(name) }
            for option in settings.options[name] ?? [] { read(option, of: name, rule?.options ?? [], &values, &faults) }
        }
        return (values, faults)
    }

    /// Rules that are named twice, once by number and once by name: which of both would hold is anybody's guess.
    private func repeated() -> [Diagnostic] {
        let named = settings.ranges.sorted { $0.value.start < $1.value.start }
        var first: [String: (name: String, range: SourceRange)] = [:]
        var faults: [Diagnostic] = []
        for (name, range) in named {
            guard let code = LintRegistry.codes.first(where: { $0.isNamed(name) }) else { continue }
            guard let earlier = first[code.id] else {
                first[code.id] = (name, range)
                continue
            }
            faults.append(
                Diagnostic(
                    .badProject,
                    "`\(name)` and `\(earlier.name)` in `lint.rules` are the same rule",
                    at: Label(range),
                    secondary: [Label(earlier.range, "the other name is here")],
                    help: [Help("remove one of them")]
                )
            )
        }
        return faults
    }

    private func read(
        _ written: LintSettings.Option,
        of rule: String,
        _ options: [LintOption],
        _ values: inout LintValues,
        _ faults: inout [Diagnostic]
    ) {
        guard let option = options.first(where: { $0.name == written.name }) else {
            let names = ["severity"] + options.map(\.name)
            let near = Suggestion.nearest(written.name, in: names)
            faults.append(
                fault(
                    "the rule `\(rule)` has no option `\(Escaping.visible(written.name))`",
                    written.nameRange,
                    near.map { "did you mean `\($0)`?" } ?? "it takes \(names.joined(separator: ", "))"
                )
            )
            return
        }
        guard let value = option.standard.read(written.values) else {
            faults.append(
                fault(
                    "`\(option.name)` of the rule `\(rule)` takes \(option.standard.kind)",
                    written.valueRange,
                    "write such as `\(option.name): \(option.standard.text)`"
                )
            )
            return
        }
        values.set(option, to: value)
    }

    private func fault(_ message: String, _ range: SourceRange?, _ help: String) -> Diagnostic {
        Diagnostic(.badProject, message, at: range.map { Label($0) }, help: [Help(help)])
    }
}
