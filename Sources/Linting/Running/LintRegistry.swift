import Manifests
import ResourceModel
import SourceDiagnostics

/// All rules, and how they are run over what was compiled.
package enum LintRegistry {
    /// The codes of all rules, and of what is said about the use of rules.
    package static var codes: [DiagnosticCode] { LintRule.all.map(\.code) + DiagnosticCode.suppressionCodes }

    /// Runs the rules over all resources, and leaves out what comments in the manifests silence.
    ///
    /// - Parameter settings: What the project file says; its ranges are in a file of the run.
    /// - Returns: What is wrong with the settings, the findings by resource, then what is said about suppressions.
    package static func lint(
        _ result: CompileResult,
        settings: LintSettings = LintSettings(),
        capabilities: Capabilities? = nil
    ) -> [Diagnostic] {
        let (values, faults) = SettingsReader(settings: settings).read()
        let levels = RuleLevels(settings)
        let isWhole = result.graph != nil
        func findings(_ rules: [(rule: LintRule, severity: Severity)], _ capabilities: Capabilities?) -> [Diagnostic] {
            let context = LintContext(graph: result.partial, capabilities: capabilities, values: values)
            let found = LintRun(context: context, rules: rules, isWhole: isWhole).findings()
            return LocatedFindings(result: result).diagnostics(found)
        }
        let left = SuppressionTable(result.sources, known: LintRule.all.map(\.code))
            .apply(
                to: findings(levels.active, capabilities),
                settings: levels,
                elsewhere: isWhole
                    ? { codes in findings(levels.active.filter { codes.contains($0.rule.code) }, nil) } : nil
            )
        return faults + left
    }
}
