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
    private let context: LintContext
    private let rules: [(rule: LintRule, severity: Severity)]
    /// Whether everything compiled: what could not be read may use what seems to be unused.
    private let isWhole: Bool
    // The checks alone, with the index of their rule: a rule is a dozen references, each of which a copy would count.
    private let serviceChecks: [(index: Int, check: @Sendable (ServiceSpec, LintSubject) -> [LintFinding])]
    private let resourceChecks: [(index: Int, check: @Sendable (Resource, LintContext) -> [LintFinding])]
    private let wholeChecks: [(index: Int, check: @Sendable (LintContext) -> [(ResourceAddress, LintFinding)])]

    init(context: LintContext, rules: [(rule: LintRule, severity: Severity)], isWhole: Bool) {
        self.context = context
        self.rules = rules
        self.isWhole = isWhole
        serviceChecks = rules.enumerated()
            .compactMap { if case .services(let check) = $1.rule.check { ($0, check) } else { nil } }
        resourceChecks = rules.enumerated()
            .compactMap { if case .resources(let check) = $1.rule.check { ($0, check) } else { nil } }
        wholeChecks = rules.enumerated()
            .compactMap { if case .all(let check) = $1.rule.check { ($0, check) } else { nil } }
    }

    /// Ordered by resource; those of rules that look at all come last.
    func findings() -> [RuleFinding] {
        var found: [RuleFinding] = []
        for resource in context.graph.resources {
            for (index, check) in resourceChecks { add(check(resource, context), index, resource.address, &found) }
            // Bound once for all rules: each copy would count every reference that the spec holds.
            guard case .service(let spec) = resource.spec else { continue }
            let subject = LintSubject(address: resource.address, context: context)
            for (index, check) in serviceChecks { add(check(spec, subject), index, resource.address, &found) }
        }
        guard isWhole else { return found }
        for (index, check) in wholeChecks {
            for (address, finding) in check(context) { add([finding], index, address, &found) }
        }
        return found
    }

    private func add(_ findings: [LintFinding], _ index: Int, _ address: ResourceAddress, _ found: inout [RuleFinding])
    {
        for finding in findings {
            let (rule, severity) = rules[index]
            found.append(RuleFinding(rule: rule, severity: severity, address: address, finding: finding))
        }
    }
}
