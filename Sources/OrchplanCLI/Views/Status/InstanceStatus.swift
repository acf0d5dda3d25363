import ResourceModel

/// One instance with all that is known of it.
package struct InstanceStatus: Sendable, Hashable {
    package var observed: ObservedInstance
    package var facts: InstanceFacts
    package var usage: InstanceUsage
    /// Whether it is what the service is now; false while a rollout goes on or has stopped.
    package var isCurrent: Bool
    /// What is wrong with it; nil: nothing.
    package var trouble: InstanceTrouble?
    /// What it printed last; only where there is trouble.
    package var logs: [String]

    package init(_ observed: ObservedInstance, isCurrent: Bool, _ input: StatusInput) {
        self.observed = observed
        self.isCurrent = isCurrent
        facts = input.facts[observed.id] ?? InstanceFacts(id: observed.id)
        usage = input.usage[observed.id] ?? InstanceUsage()
        trouble = InstanceTrouble(observed, facts, now: input.now)
        logs = trouble == nil ? [] : input.logs[observed.id] ?? []
    }

    package var id: String { observed.id }
    package var shortName: String { InstanceName(id)?.short ?? id }

    /// How it is, in a word or two.
    package var word: String {
        if trouble?.kind == .crashLoop { return "crash loop" }
        if observed.isHealthy { return "healthy" }
        switch observed.phase {
        case .running: return "unhealthy"
        case .backoff: return "restarting"
        case .pending, .starting, .stopping, .completed, .failed: return observed.phase.rawValue
        }
    }

    package var look: Look {
        if let trouble { return trouble.look }
        return observed.isHealthy || observed.phase == .completed ? .green : .yellow
    }
}

/// The instances that are worth a second look, as their logs explain them.
extension Inventory {
    /// The ids of troubled instances, at most so many of a service.
    package func troubled(_ facts: [String: InstanceFacts], now: Timestamp, perService limit: Int) -> [String] {
        services.flatMap { service in
            service.instances
                .filter { instance in
                    InstanceTrouble(instance, facts[instance.id] ?? InstanceFacts(), now: now) != nil
                }
                .prefix(limit).map(\.id)
        }
    }
}
