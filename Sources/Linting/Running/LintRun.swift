import ResourceModel
import SourceDiagnostics

/// What one rule found in one resource.
struct RuleFinding: Sendable {
    var rule: LintRule
    var severity: Severity
    var address: ResourceAddress
    var finding: LintFinding
}

/// One walk over all resources with all rules.
struct LintRun: Sendable {
    let context: LintContext
    let rules: [(rule: LintRule, severity: Severity)]
    /// Whether everything compiled: what could not be read may use what seems to be unused.
    let isWhole: Bool

    /// Ordered by resource, and by the number of the rule within each; those of rules that look at all come last.
    func findings() -> [RuleFinding] {
        var found: [RuleFinding] = []
        for resource in context.graph.resources {
            // Bound once for all rules: each copy would count every reference that the spec holds.
            switch resource.spec {
            case .service(let spec): look(at: spec, resource, &found)
            default: look(at: nil, resource, &found)
            }
        }
        guard isWhole else { return found }
        for (rule, severity) in rules {
            guard case .all(let check) = rule.check else { continue }
            found += check(context)
                .map { RuleFinding(rule: rule, severity: severity, address: $0.0, finding: $0.1) }
        }
        return found
    }

    private func look(at spec: ServiceSpec?, _ resource: Resource, _ found: inout [RuleFinding]) {
        let subject = LintSubject(address: resource.address, context: context)
        for (rule, severity) in rules {
            let findings: [LintFinding]
            switch rule.check {
            case .services(let check):
                guard let spec else { continue }
                findings = check(spec, subject)
            case .resources(let check): findings = check(resource, context)
            case .all: continue
            }
            for finding in findings {
                found.append(RuleFinding(rule: rule, severity: severity, address: resource.address, finding: finding))
            }
        }
    }
}
