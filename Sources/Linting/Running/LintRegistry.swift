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
    package static func examine(
        _ result: CompileResult,
        settings: LintSettings = LintSettings(),
        capabilities: Capabilities? = nil
    ) -> LintOutcome {
        let (values, faults) = SettingsReader(settings: settings).read()
        let levels = RuleLevels(settings)
        let isWhole = result.graph != nil
        func findings(_ rules: [(rule: LintRule, severity: Severity)], _ capabilities: Capabilities?) -> [Diagnostic] {
            let context = LintContext(graph: result.partial, capabilities: capabilities, values: values)
            let found = LintRun(context: context, rules: rules, isWhole: isWhole).findings()
            return LocatedFindings(result: result).diagnostics(found)
        }
        let others = DiagnosticCode.manifestCodes + DiagnosticCode.yamlCodes
        var outcome = SuppressionTable(result.sources, rules: LintRule.all.map(\.code), others: others)
            .apply(
                to: result.diagnostics + result.secrets.hidden(in: findings(levels.active, capabilities)),
                settings: levels,
                elsewhere: isWhole
                    ? { codes in findings(levels.active.filter { codes.contains($0.rule.code) }, nil) } : nil
            )
        outcome.findings = faults + outcome.findings
        return outcome
    }
}
