import Manifests
import SourceDiagnostics

/// How bad the findings of each rule are: what the project says, else the rule.
package struct RuleLevels: Sendable {
    /// By the name or number of a rule, in small letters.
    private let levels: [String: String]

    package init(_ settings: LintSettings) {
        levels = Dictionary(settings.levels.sorted { $0.key < $1.key }.map { ($0.key.lowercased(), $0.value) }) {
            first,
            _ in
            first
        }
    }

    /// Nil: the rule is off.
    package func severity(of rule: LintRule) -> Severity? {
        guard let level = level(of: rule.code) else { return rule.severity }
        return Severity(rawValue: level)
    }

    /// The rules that are on.
    var active: [ActiveRule] {
        LintRule.all.compactMap { rule in severity(of: rule).map { (rule, $0) } }
    }

    package func isOff(_ code: DiagnosticCode) -> Bool {
        guard let rule = LintRule.all.first(where: { $0.code == code }) else { return level(of: code) == "off" }
        return severity(of: rule) == nil
    }

    /// A remark as bad as the project says, or nil where it wants none of them.
    package func levelled(_ remark: Diagnostic) -> Diagnostic? {
        guard let level = level(of: remark.code) else { return remark }
        guard let severity = Severity(rawValue: level) else { return nil }
        var remark = remark
        remark.severity = severity
        return remark
    }

    private func level(of code: DiagnosticCode) -> String? {
        levels.isEmpty ? nil : levels[code.slug] ?? levels[code.id.lowercased()]
    }
}
