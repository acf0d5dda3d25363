import ResourceModel

/// The instances of one service, made from all tasks of it that the engine still keeps.
///
/// Each slot (of a global service, each node) holds the task that is meant to be there, those that still have to stop,
/// and a few that have ended. The first two are instances; of the ended ones only the last is, and only where nothing
/// follows it.
struct ObservedTasks {
    let service: String
    let isGlobal: Bool
    var isJob = false
    let nodes: ClusterNodes

    func instances(_ tasks: [EngineTask]) -> [ObservedInstance] {
        let slots = Dictionary(grouping: tasks) { slot(of: $0) }
        return slots.keys.sorted().flatMap { slot in instances(slot, slots[slot] ?? []) }
    }

    /// The place that a task fills; a global service's are the numbers of its nodes.
    private func slot(of task: EngineTask) -> Int {
        isGlobal ? nodes.number(of: task.node) ?? 0 : task.slot
    }

    private func instances(_ slot: Int, _ tasks: [EngineTask]) -> [ObservedInstance] {
        let sorted = tasks.sorted { $0.isNewer(than: $1) }
        let living = sorted.filter { task in
            // Nothing is known of what a dead node still runs, and its successor is elsewhere.
            guard task.node.isEmpty || !nodes.isDead(task.node) else { return false }
            return !task.state.isEnd && (task.isWanted || task.isStopping)
        }
        if !living.isEmpty { return living.map { instance($0, slot, sorted) } }
        // What was shut down on purpose leaves nothing behind: a slot that is no longer, or a task that moved away.
        guard let last = sorted.first, last.state.isOwnEnd, last.desired != .remove,
            last.node.isEmpty || !nodes.isDead(last.node) || isDone(last)
        else { return [] }
        return [instance(last, slot, sorted)]
    }

    /// Whether it is what its job made it for: that its node has gone down since takes nothing back.
    private func isDone(_ task: EngineTask) -> Bool { isJob && task.state == .complete }

    /// Since when each instance is as it is.
    func facts(_ tasks: [EngineTask]) -> [InstanceFacts] {
        let known = Set(instances(tasks).map(\.id))
        return tasks.sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
            .compactMap { task in
                var facts = InstanceFacts(id: Self.id(service, slot(of: task), task.id))
                guard known.contains(facts.id) else { return nil }
                facts.since = task.since.map { Int($0) }
                if task.state == .running { facts.startedAt = facts.since }
                return facts
            }
    }

    private func instance(_ task: EngineTask, _ slot: Int, _ tasks: [EngineTask]) -> ObservedInstance {
        let earlier = tasks.filter { $0.id != task.id && $0.template == task.template && $0.state.isOwnEnd }
        let lastEnd = earlier.first { task.isNewer(than: $0) }
        let phase = phase(task, lastEnd)
        let end = task.state.isEnd ? task : phase == .backoff ? lastEnd : nil
        return ObservedInstance(
            id: Self.id(service, slot, task.id),
            slot: slot,
            node: task.node.isEmpty ? "" : nodes.hostname(of: task.node),
            template: Fingerprint(text: task.template),
            phase: phase,
            isHealthy: phase == .running,
            restarts: task.isStopping ? 0 : earlier.count,
            exitStatus: end.flatMap(exitStatus),
            message: message(task, phase, end)
        )
    }

    /// Unique in the project: the resource, the slot, and enough of the task's id to find it again.
    static func id(_ service: String, _ slot: Int, _ task: String) -> String { "\(service).\(slot).\(task.prefix(12))" }

    private func phase(_ task: EngineTask, _ lastEnd: EngineTask?) -> InstancePhase {
        if task.isStopping { return .stopping }
        // Kept from starting for the restart delay: this is where a crash loop is nearly always found. New tasks of a
        // rollout get ready like this, too, but nothing of their kind has ended yet.
        if task.desired == .ready, task.state <= .ready, lastEnd != nil { return .backoff }
        // It has ended, and the cluster has not said yet that this was for good.
        if task.state.isOwnEnd, task.desired == .ready || task.desired == .running { return .backoff }
        switch task.state {
        case .new, .allocated, .pending, .assigned, .accepted, .preparing, .ready: return .pending
        case .starting: return .starting
        case .running: return .running
        case .complete: return .completed
        case .shutdown, .remove: return .stopping
        case .failed, .rejected, .orphaned: return .failed
        }
    }

    private func exitStatus(_ task: EngineTask) -> ExitStatus? {
        switch task.state {
        // A task that never had a container has not exited.
        case .complete, .failed: task.hasContainer ? task.exitCode.map(ExitStatus.code) : nil
        default: nil
        }
    }

    private func message(_ task: EngineTask, _ phase: InstancePhase, _ end: EngineTask?) -> String? {
        if let end, !end.error.isEmpty { return end.error }
        if !task.error.isEmpty { return task.error }
        switch phase {
        case .pending, .starting:
            return task.message.isEmpty || task.message == task.state.rawValue ? nil : task.message
        case .running, .backoff, .stopping, .completed, .failed: return nil
        }
    }
}
