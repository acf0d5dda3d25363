import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// All rules, and how they are run over what was compiled.
package enum LintRegistry {
    /// The codes of all rules, and of what is said about the use of rules.
    package static var codes: [DiagnosticCode] { LintRule.all.map(\.code) + DiagnosticCode.suppressionCodes }

    /// Runs the rules over all resources, and leaves out what comments in the manifests silence, of what the compiler
    /// warns of as well.
    ///
    /// - Parameter settings: What the project file says; its ranges are in a file of the run.
    /// - Returns: What is wrong with the settings, what the compiler said, the findings by resource, then what is said
    ///   about suppressions.
    package static func check(
        _ result: CompileResult,
        settings: LintSettings = LintSettings(),
        capabilities: Capabilities? = nil
    ) -> [Diagnostic] {
        examine(result, settings: settings, capabilities: capabilities).findings
    }

    /// The same, with what comments silence.
    ///
    /// - Parameter limit: How many findings of each severity are told at length at least, in the order of files and
    ///   lines, where no comment silences anything; nil: all. The others are counted.
    package static func examine(
        _ result: CompileResult,
        settings: LintSettings = LintSettings(),
        capabilities: Capabilities? = nil,
        atLength limit: Int? = nil
    ) -> LintOutcome {
        let (values, faults) = SettingsReader(settings: settings).read()
        let levels = RuleLevels(settings)
        let isWhole = result.graph != nil
        func run(_ rules: [ActiveRule], _ capabilities: Capabilities?, _ first: FirstFindings?) -> LintOutcome {
            let context = LintContext(
                graph: result.partial,
                isWhole: isWhole,
                capabilities: capabilities,
                values: values
            )
            let found = LintRun(context: context, rules: rules, isWhole: isWhole).findings(first)
            let located = LocatedFindings(result: result, rules: rules).diagnostics(found.kept)
            return LintOutcome(findings: result.secrets.hidden(in: located), further: found.further)
        }
        let others = DiagnosticCode.manifestCodes + DiagnosticCode.yamlCodes
        let comments = SuppressionTable(result.sources, rules: LintRule.all.map(\.code), others: others)
        let first = comments.isEmpty ? limit.flatMap { FirstFindings($0, of: result) } : nil
        let found = run(levels.active, capabilities, first)
        var outcome = comments.apply(
            to: result.diagnostics + found.findings,
            settings: levels,
            elsewhere: isWhole
                ? { codes in run(levels.active.filter { codes.contains($0.rule.code) }, nil, nil).findings } : nil
        )
        outcome.findings = faults + outcome.findings
        outcome.further = found.further
        return outcome
    }
}
