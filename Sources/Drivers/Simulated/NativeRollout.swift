import ResourceModel

/// A rollout that the simulated cluster runs itself, as an orchestrator's updater does.
struct NativeRollout: Sendable {
    var state = NativeRolloutState.updating
    /// What a rollback goes back to, and the labels that were given with it; nil once it went.
    var previous: (definition: ServiceDefinition, labels: OwnershipLabels)?
    var policy: UpdatePolicy
    var isBack = false
    /// Instances that this rollout started.
    var started: Set<String> = []
    /// Those of them that take the place of an old one.
    var replacing: Set<String> = []
    /// When each of these became good.
    var settledAt: [String: Duration] = [:]
    var count = 0

    init(previous: (definition: ServiceDefinition, labels: OwnershipLabels)?, policy: UpdatePolicy) {
        self.previous = previous
        self.policy = policy
    }

    var isOver: Bool {
        switch state {
        case .updating, .rollingBack: false
        case .completed, .paused, .rolledBack, .rollbackPaused: true
        }
    }

    /// Whether the worker that started the instance has not gone on to the next slot: it waits for it, or pauses.
    func isBusy(_ id: String, at now: Duration) -> Bool {
        replacing.contains(id) && (settledAt[id].map { now < $0 + policy.delay } ?? true)
    }

    /// Until when the last new instance is watched.
    var monitorEnd: Duration? {
        settledAt.values.max().map { $0 + policy.monitor }
    }

    /// When a pause or the watch is over next.
    func nextChange(after now: Duration) -> Duration? {
        guard !isOver else { return nil }
        let pauses = settledAt.values.map { $0 + policy.delay }
        return (pauses + [monitorEnd].compactMap { $0 }).filter { $0 > now }.min()
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
        settle(&service, &rollout, isSettled)
        var changing = service.instances.count {
            let isNew = rollout.started.contains($0.observed.id)
            return isNew && (!isSettled($0) || rollout.isBusy($0.observed.id, at: now))
        }
        var starts: [(Int, String)] = []
        for slot in slots {
            let there = service.instances.filter { $0.observed.slot == slot }
            guard !there.contains(where: { $0.observed.template == definition.template }) else { continue }
            let isReplacement = !there.isEmpty
            guard !isReplacement || changing < rollout.policy.batch.resolved(total: definition.replicas) else {
                continue
            }
            if rollout.policy.order == .stopFirst || definition.spec.mode.isJob {
                service.instances.removeAll { $0.observed.slot == slot }
            }
            rollout.count += 1
            changing += 1
            let id = "\(name).\(slot).\(definition.template.text.prefix(6))\(rollout.count)"
            rollout.started.insert(id)
            if isReplacement { rollout.replacing.insert(id) }
            starts.append((slot, id))
        }
        let good = service.instances.filter { isSettled($0) && $0.observed.template == definition.template }
        let isWatched = !definition.spec.mode.isJob && rollout.monitorEnd.map { now < $0 } ?? false
        let isThrough = starts.isEmpty && good.count >= slots.count && !isWatched
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

    /// Takes note of new instances that have become good; the old ones beside them go then.
    private func settle(
        _ service: inout Service,
        _ rollout: inout NativeRollout,
        _ isSettled: (SimulatedInstance) -> Bool
    ) {
        for instance in service.instances where isSettled(instance) {
            let id = instance.observed.id
            if instance.observed.template == service.definition.template {
                // What an earlier rollout left beside it goes as well.
                service.instances.removeAll {
                    $0.observed.slot == instance.observed.slot && $0.observed.template != instance.observed.template
                }
            }
            guard rollout.replacing.contains(id), rollout.settledAt[id] == nil else { continue }
            rollout.settledAt[id] = now
            service.instances.removeAll { $0.observed.slot == instance.observed.slot && $0.observed.id != id }
        }
    }

    private mutating func fail(_ name: String, _ reason: String) {
        guard var service = services[name], var rollout = service.rollout else { return }
        note("rollout of \(name): \(reason)")
        if rollout.isBack {
            rollout.state = .rollbackPaused(reason: reason)
        } else if rollout.policy.onFailure == .rollback, let previous = rollout.previous {
            rollout.state = .rollingBack(reason: reason)
            rollout.isBack = true
            rollout.policy = previous.definition.rollback
            rollout.previous = nil
            rollout.started = []
            rollout.replacing = []
            rollout.settledAt = [:]
            service.definition = previous.definition
            service.labels = previous.labels
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
