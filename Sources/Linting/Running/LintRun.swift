import ResourceModel
import SourceDiagnostics

/// A rule that is on, and how bad its findings are.
typealias ActiveRule = (rule: LintRule, severity: Severity)

/// What one rule found in one resource.
struct RuleFinding: Sendable {
    /// The index of the rule among those that are on.
    var rule: Int
    /// The index of the resource in the graph.
    var resource: Int
    var finding: LintFinding
}

/// One walk over all resources with all rules.
struct LintRun: Sendable {
    private let context: LintContext
    private let rules: [ActiveRule]
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

    init(context: LintContext, rules: [ActiveRule], isWhole: Bool) {
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
    ///
    /// - Parameter first: Which of them are told at length; nil: all.
    func findings(_ first: FirstFindings? = nil) -> FindingCollector {
        let resources = context.graph.resources
        var found = FindingCollector(rules, first)
        for piece in Pieces.of(resources.count).concurrently({ findings(resources[$0], first) }) { found.add(piece) }
        guard isWhole else { return found }
        for one in wholeChecks {
            for (address, finding) in one.check(context) {
                guard let resource = context.graph.index(of: address) else { continue }
                found.add([finding], of: one.index, in: resource)
            }
        }
        return found
    }

    /// What the rules say that look at one resource after the other.
    private func findings(_ resources: ArraySlice<Resource>, _ first: FirstFindings?) -> FindingCollector {
        var found = FindingCollector(rules, first)
        for index in resources.indices {
            let resource = resources[index]
            for one in resourceChecks {
                found.add(one.check(resource, context), of: one.index, in: index)
            }
            guard case .service(let shared) = resource.spec else { continue }
            let subject = LintSubject(address: resource.address, resource: index, context: context)
            shared.look { service in
                for one in serviceChecks { found.add(one.check(service, subject), of: one.index, in: index) }
            }
        }
        return found
    }
}
