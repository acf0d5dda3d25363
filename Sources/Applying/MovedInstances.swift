import Plans
import ResourceModel

/// What an apply that was at work while a saved plan was made has started since; nil: nothing that the plan relies on.
///
/// That apply may have died before it recorded anything, so that no record has moved: only the cluster tells. Asked once
/// the cluster knows of the new holder of the lock, so that nothing else is on its way.
///
/// - Returns: A text for people, about the first such slot.
package func instancesStarted(since step: PlanStep, _ inventory: Inventory) -> String? {
    // A cluster with rollouts of its own fills its slots itself.
    guard let rollout = step.rollout, rollout.kind == .orchestrated, step.action != .replace,
        let service = inventory.services.first(where: { $0.address == step.address })
    else { return nil }
    let known = Set(rollout.replacements.flatMap(\.old))
    let slots = Set(rollout.additions + rollout.replacements.map(\.slot))
    let started = service.instances.first { instance in
        let counts =
            switch instance.phase {
            case .pending, .starting, .running: true
            case .completed: rollout.isJob
            case .backoff, .stopping, .failed: false
            }
        return counts && slots.contains(instance.slot) && instance.template == rollout.template
            && !known.contains(instance.id)
    }
    return started.map { "instance \($0.id) was started" }
}
