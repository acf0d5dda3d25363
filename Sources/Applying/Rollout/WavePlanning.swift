import Plans
import ResourceModel

extension Wave {
    /// The waves of a rollout: what goes without a successor, what comes anew, then the replacements in lockstep.
    static func waves(of rollout: Rollout) -> [Wave] {
        let policy = rollout.policy
        var waves: [Wave] = []
        if !rollout.removals.isEmpty {
            let changes = rollout.removals.map { SlotChange(slot: $0.slot, old: [$0.id], starts: false) }
            waves.append(Wave(.removals, changes, order: .stopFirst, monitor: .zero, delay: .zero))
        }
        if !rollout.additions.isEmpty {
            let changes = rollout.additions.map { SlotChange(slot: $0, old: [], starts: true) }
            waves.append(Wave(.additions, changes, order: .stopFirst, monitor: rollout.additionMonitor, delay: .zero))
        }
        let changes = rollout.replacements.map { SlotChange(slot: $0.slot, old: $0.old, starts: true) }
        return waves + replacements(changes, parallelism: rollout.parallelism, policy: policy, isJob: rollout.isJob)
    }

    /// The waves that undo what the given waves did.
    static func undoing(_ done: [Wave], _ rollback: RollbackPlan, isJob: Bool) -> [Wave] {
        let changes = done.flatMap(\.changes).compactMap(\.undone)
        let removals = changes.filter { !$0.starts }
        var waves: [Wave] = []
        if !removals.isEmpty {
            waves.append(Wave(.removals, removals, order: .stopFirst, monitor: .zero, delay: .zero))
        }
        return waves
            + replacements(
                changes.filter(\.starts),
                parallelism: rollback.parallelism,
                policy: rollback.policy,
                isJob: isJob
            )
    }

    private static func replacements(
        _ changes: [SlotChange],
        parallelism: Int,
        policy: UpdatePolicy,
        isJob: Bool
    ) -> [Wave] {
        stride(from: 0, to: changes.count, by: max(1, parallelism))
            .map { start in
                Wave(
                    .replacements,
                    Array(changes[start..<min(changes.count, start + max(1, parallelism))]),
                    order: policy.order,
                    monitor: isJob ? .zero : policy.monitor,
                    delay: policy.delay
                )
            }
    }
}
