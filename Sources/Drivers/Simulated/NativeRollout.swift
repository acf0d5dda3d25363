import ResourceModel

/// A rollout that the simulated cluster runs itself, as an orchestrator's updater does.
struct NativeRollout: Sendable {
    var state = NativeRolloutState.updating
    /// What a rollback goes back to; nil once it went.
    var previous: ServiceDefinition?
    var policy: UpdatePolicy
    var isBack = false
    /// Instances that this rollout started.
    var started: Set<String> = []
    var count = 0

    init(previous: ServiceDefinition?, policy: UpdatePolicy) {
        self.previous = previous
        self.policy = policy
    }

    var isOver: Bool {
        switch state {
        case .updating, .rollingBack: false
        case .completed, .paused, .rolledBack, .rollbackPaused: true
        }
    }
}

extension SimulatedCluster {
    /// Takes a native rollout one step on: slots beyond the count go, missing ones come, old ones are replaced.
    mutating func rollOn(_ name: String) {
        guard var service = services[name], var rollout = service.rollout, !rollout.isOver else { return }
        let definition = service.definition
        if let failed = service.instances.first(where: { rollout.started.contains($0.observed.id) && $0.ends > 0 }),
            !definition.spec.mode.isJob, rollout.previous != nil || rollout.isBack
        {
            return fail(name, "instance \(failed.observed.id) failed")
        }
        let slots = slots(of: definition)
        service.instances.removeAll { !slots.contains($0.observed.slot) }
        let isSettled = { (instance: SimulatedInstance) in
            definition.spec.mode.isJob ? instance.observed.phase == .completed : instance.observed.isHealthy
        }
        var changing = service.instances.count { rollout.started.contains($0.observed.id) && !isSettled($0) }
        var starts: [(Int, String)] = []
        for slot in slots {
            let there = service.instances.filter { $0.observed.slot == slot }
            guard !there.contains(where: { $0.observed.template == definition.template }) else { continue }
            let isReplacement = !there.isEmpty
            guard !isReplacement || changing < rollout.policy.batch.resolved(total: definition.replicas) else {
                continue
            }
            service.instances.removeAll { $0.observed.slot == slot }
            rollout.count += 1
            changing += 1
            let id = "\(name).\(slot).\(definition.template.text.prefix(6))\(rollout.count)"
            rollout.started.insert(id)
            starts.append((slot, id))
        }
        let isThrough = starts.isEmpty && service.instances.filter(isSettled).count >= definition.replicas
        if isThrough {
            if case .rollingBack(let reason) = rollout.state {
                rollout.state = .rolledBack(reason: reason)
            } else {
                rollout.state = .completed
            }
        }
        service.rollout = rollout
        services[name] = service
        rescheduled(name)
        for (slot, id) in starts { place(name, slot, id) }
        placeWaiting(name)
    }

    private mutating func fail(_ name: String, _ reason: String) {
        guard var service = services[name], var rollout = service.rollout else { return }
        note("rollout of \(name): \(reason)")
        if rollout.isBack {
            rollout.state = .rollbackPaused(reason: reason)
        } else if rollout.policy.onFailure == .rollback, let previous = rollout.previous {
            rollout.state = .rollingBack(reason: reason)
            rollout.isBack = true
            rollout.policy = previous.rollback
            rollout.previous = nil
            rollout.started = []
            service.definition = previous
        } else if rollout.policy.onFailure == .pause {
            rollout.state = .paused(reason: reason)
        } else {
            // The policy says to go on; what failed is not looked at again.
            rollout.started = []
        }
        service.rollout = rollout
        services[name] = service
        rescheduled(name)
        if !rollout.isOver { rollOn(name) }
    }
}
