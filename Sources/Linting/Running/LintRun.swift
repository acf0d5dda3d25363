import ResourceModel
import SourceDiagnostics

/// What one rule found in one resource.
struct RuleFinding: Sendable {
    var code: DiagnosticCode
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
    private let serviceChecks: [ServiceCheck]
    private let resourceChecks: [ResourceCheck]
    private let wholeChecks: [WholeCheck]

    // No tuples: functions in those are called through a wrapper, which moves the whole spec for each call.
    private struct ServiceCheck {
        let index: Int
        let check: @Sendable (ServiceSpec, LintSubject) -> [LintFinding]
    }

    private struct ResourceCheck {
        let index: Int
        let check: @Sendable (Resource, LintContext) -> [LintFinding]
    }

    private struct WholeCheck {
        let index: Int
        let check: @Sendable (LintContext) -> [(ResourceAddress, LintFinding)]
    }

    init(context: LintContext, rules: [(rule: LintRule, severity: Severity)], isWhole: Bool) {
        self.context = context
        self.rules = rules
        self.isWhole = isWhole
        serviceChecks = rules.enumerated()
            .compactMap {
                if case .services(let check) = $1.rule.check { ServiceCheck(index: $0, check: check) } else { nil }
            }
        resourceChecks = rules.enumerated()
            .compactMap {
                if case .resources(let check) = $1.rule.check { ResourceCheck(index: $0, check: check) } else { nil }
            }
        wholeChecks = rules.enumerated()
            .compactMap { if case .all(let check) = $1.rule.check { WholeCheck(index: $0, check: check) } else { nil } }
    }

    /// Ordered by resource; those of rules that look at all come last.
    func findings() -> [RuleFinding] {
        let resources = context.graph.resources
        let pieces = Pieces.of(resources.count).concurrently { findings(resources[$0]) }
        var found = pieces.count == 1 ? pieces[0] : pieces.flatMap(\.self)
        guard isWhole else { return found }
        for one in wholeChecks {
            for (address, finding) in one.check(context) { add([finding], one.index, address, &found) }
        }
        return found
    }

    /// What the rules say that look at one resource after the other.
    private func findings(_ resources: ArraySlice<Resource>) -> [RuleFinding] {
        var found: [RuleFinding] = []
        for resource in resources {
            for one in resourceChecks { add(one.check(resource, context), one.index, resource.address, &found) }
            // Bound once for all rules: each copy would count every reference that the spec holds.
            guard case .service(let spec) = resource.spec else { continue }
            let subject = LintSubject(address: resource.address, context: context)
            for one in serviceChecks { add(one.check(spec, subject), one.index, resource.address, &found) }
        }
        return found
    }

    private func add(_ findings: [LintFinding], _ index: Int, _ address: ResourceAddress, _ found: inout [RuleFinding])
    {
        for finding in findings {
            found.append(
                RuleFinding(
                    code: rules[index].rule.code,
                    severity: rules[index].severity,
                    address: address,
                    finding: finding
                )
            )
        }
    }
}
