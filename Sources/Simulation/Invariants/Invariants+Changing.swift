import Plans
import ResourceModel

/// What holds while a run changes things: one function for each, nil where it holds.
extension World {
    /// Whether nothing but the run itself has changed anything since it looked, and nothing went wrong with its calls.
    func isStrict(_ id: Int) -> Bool {
        !witness.isSick && isUndisturbed(id) && runs[id].sight.struck == cluster.struck.count
    }

    /// Whether nothing but the run itself has changed anything since it looked at the cluster.
    func isUndisturbed(_ id: Int) -> Bool {
        runs[id].sight.disturbances == witness.disturbances && runs[id].sight.lookedAt >= witness.looseUntil
    }

    /// Checks `nothingIsDoubled`.
    ///
    /// - Parameter replaced: Instances that give way to others, which may stand beside them for a while.
    func doubledSlot(_ service: ObservedService?, besides replaced: Set<String> = []) -> String? {
        var seen: Set<String> = []
        for instance in service?.instances ?? [] where instance.phase == .running || instance.phase == .starting {
            guard !replaced.contains(instance.id) else { continue }
            guard seen.insert("\(instance.slot)/\(instance.template.text)").inserted else {
                return "slot \(instance.slot) of \(service?.address.name ?? "") has two instances of one definition"
            }
        }
        return nil
    }

    /// The instances that the plan of a run replaces or removes.
    func replaced(_ id: Int, _ service: String) -> Set<String> {
        let rollouts = (runs[id].plan?.steps ?? []).filter { $0.address.name == service }.compactMap(\.rollout)
        return Set(rollouts.flatMap { $0.replacements.flatMap(\.old) + $0.removals.map(\.id) })
    }

    /// Checks `batchLimit`.
    func tooManyChanges(_ id: Int, _ plan: Plan) -> String? {
        guard isStrict(id) else { return nil }
        let changing = runs[id].sight.changing
        guard changing > plan.options.batch else { return nil }
        return "\(changing) things change at a time; --batch is \(plan.options.batch)"
    }

    /// Checks `needsHoldFirst`.
    func unmetNeed(_ id: Int, _ plan: Plan, _ step: Int) -> String? {
        let sight = runs[id].sight
        for need in plan.steps[step].needs {
            let needed = plan.steps[need.step]
            if need.condition != .started, sight.results[need.step] != .done {
                return "step \(step) (\(plan.steps[step].address)) began before step \(need.step) was done"
            }
            if isStrict(id), let lack = lack(of: needed, need.condition) {
                return "step \(step) (\(plan.steps[step].address)) began although \(lack)"
            }
        }
        for earlier in plan.steps where earlier.batch < plan.steps[step].batch && sight.results[earlier.id] == nil {
            // New services may be watched while others are made; they stand already.
            let isWatched =
                earlier.action == .create && plan.steps[step].action == .create && sight.begun.contains(earlier.id)
                && isQuiet(id, earlier)
            if !isWatched {
                return "step \(step) of batch \(plan.steps[step].batch) began before step \(earlier.id) of"
                    + " batch \(earlier.batch) was over"
            }
        }
        return nil
    }

    /// Whether nothing of a step is changing.
    private func isQuiet(_ id: Int, _ step: PlanStep) -> Bool {
        let name = step.address.name
        let things = Array(runs[id].sight.calls.values) + Array(runs[id].sight.unsettled.values)
        return !things.contains { thing in
            switch thing {
            case .object(let address, _): address == step.address
            case .service(let service), .slot(let service, _): service == name
            }
        }
    }

    /// What a step that is needed lacks in the cluster; nil: nothing.
    private func lack(of step: PlanStep, _ condition: DependencyCondition?) -> String? {
        switch step.action {
        case .create, .update, .replace, .supersede:
            guard let rollout = step.rollout else {
                return isExternal(step) || hasObject(step) ? nil : "\(step.address) is not there"
            }
            let service = cluster.observe(step.address.name)
            let good = (service?.instances ?? [])
                .count { instance in
                    guard instance.template == rollout.template else { return false }
                    return condition == .started || witness.everHealthy.contains(instance.id)
                }
            // A job that ran before has ended, and nobody waits for what is gone.
            let wanted = rollout.isJob ? rollout.additions.count + rollout.replacements.count : rollout.desiredReplicas
            if condition != .started, let unended = unended(step) { return unended }
            return good >= wanted ? nil : "\(step.address) has \(good) of \(wanted) instances"
        case .delete, .retire:
            return hasObject(step) || (step.address.kind == .service && cluster.observe(step.address.name) != nil)
                ? "\(step.address) is still there" : nil
        case .record, .forget: return nil
        }
    }

    /// An instance of a job that was not started by this step either and has not come to its end; nil: there is none.
    func unended(_ step: PlanStep) -> String? {
        guard let rollout = step.rollout, rollout.isJob, rollout.kind == .orchestrated else { return nil }
        let leaving = rollout.removals.map(\.id) + rollout.replacements.flatMap(\.old)
        let instance = cluster.observe(step.address.name)?.instances
            .first {
                $0.template == rollout.template && $0.phase != .completed && $0.phase != .stopping
                    && !leaving.contains($0.id)
            }
        return instance.map { "\(step.address) is a job, and its instance \($0.id) is still \($0.phase.rawValue)" }
    }

    func isExternal(_ step: PlanStep) -> Bool {
        (try? (step.after ?? step.before)?.decoded(Resource.self))?.spec.isExternal ?? false
    }

    func hasObject(_ step: PlanStep) -> Bool {
        let name = step.objectName ?? step.address.name
        return cluster.inventory().objects
            .contains { $0.address == step.address && $0.name == name && $0.labels.project == Self.project }
    }

    /// Checks `deletesLast`.
    func hastyDeletion(_ id: Int, _ plan: Plan, _ step: Int) -> String? {
        guard plan.steps[step].action == .delete, !isNeeded(step, plan) else { return nil }
        let open = plan.steps.first { other in
            switch other.action {
            case .create, .update, .replace, .supersede, .record: runs[id].sight.results[other.id] == nil
            case .delete, .retire, .forget: false
            }
        }
        return open.map { "\(plan.steps[step].address) is removed before \($0.address) is through" }
    }

    /// Whether something is to be made that waits for the step, directly or not: what makes way is no last deletion.
    private func isNeeded(_ step: Int, _ plan: Plan) -> Bool {
        var needed: Set<Int> = [step]
        for other in plan.steps[step...] where other.needs.contains(where: { needed.contains($0.step) }) {
            if other.action != .delete, other.action != .retire, other.action != .forget { return true }
            needed.insert(other.id)
        }
        return false
    }
}
