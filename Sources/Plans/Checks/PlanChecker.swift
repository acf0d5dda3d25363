import ResourceModel

/// What the plan checker looks at.
package struct PlanCheckContext: Sendable {
    package var plan: Plan
    /// The desired state; pinned or not makes no difference here.
    package var graph: ResourceGraph
    package var inventory: Inventory
    package var capabilities: Capabilities

    package init(plan: Plan, graph: ResourceGraph, inventory: Inventory, capabilities: Capabilities) {
        self.plan = plan
        self.graph = graph
        self.inventory = inventory
        self.capabilities = capabilities
    }
}

/// One step of a plan that changes a service, with the spec it leads to.
package struct CheckedService: Sendable {
    package var step: PlanStep
    package var spec: ServiceSpec
    package var rollout: Rollout
    package var forecast: ServiceForecast?
}

/// Lints plans: says before anything runs what would go wrong, or worse than it needs to.
package enum PlanChecker {
    /// Everything there is to say, in the order of addresses and codes.
    package static func check(_ context: PlanCheckContext) -> [PlanFinding] {
        guard !context.plan.isEmpty else { return [] }
        var findings: [PlanFinding] = []
        for check in PlanCheck.wholePlan { findings += check.run(context) }
        var forecast = context.plan.forecast.services[...]
        // Steps are large values: their positions are sorted instead.
        let steps = context.plan.steps
        let order = steps.indices.filter { steps[$0].rollout != nil }.sorted { steps[$0].address < steps[$1].address }
        for step in order.lazy.map({ steps[$0] }) {
            while let first = forecast.first, first.address < step.address { forecast.removeFirst() }
            guard let rollout = step.rollout, let spec = context.graph[step.address]?.spec.service else { continue }
            let own = forecast.first.flatMap { $0.address == step.address ? $0 : nil }
            let service = CheckedService(step: step, spec: spec, rollout: rollout, forecast: own)
            for check in ServiceCheck.all { findings += check.run(service, context) }
        }
        return findings.sorted { ($0.address, $0.code, $0.message) < ($1.address, $1.code, $1.message) }
    }
}

/// A check of one changed service at a time.
package struct ServiceCheck: Sendable {
    package var code: String
    var run: @Sendable (CheckedService, PlanCheckContext) -> [PlanFinding]

    package static let all: [ServiceCheck] = [
        zeroHealthy, hostPortStartFirst, unfittingReservations, blindRollout, occupiedPort, unplaceable, shortMonitor,
        crowdedHostPort, jobRerun, privilegedPort, crowdedNodes,
    ]
}

/// A check of the plan as a whole.
package struct PlanCheck: Sendable {
    package var code: String
    var run: @Sendable (PlanCheckContext) -> [PlanFinding]

    package static let wholePlan: [PlanCheck] = [
        sharedPort, latePort, overbookedCluster, lostVolume, regeneratedSecret, keptSecret,
        missingExternal, unreadyDependency,
    ]
}
