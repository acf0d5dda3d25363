import Applying
import Planning
import Plans
import ResourceModel

/// What holds when a run ends: one function for each, nil where it holds.
extension World {
    /// The machine of a run has ended with this report.
    mutating func judge(_ id: Int, _ report: ApplyReport) {
        guard let plan = runs[id].plan else { return }
        note(id, "reports \(report.outcome)")
        check(.outcomeIsTrue, falseOutcome(report))
        check(.outcomeIsTrue, falseStep(id, plan, report))
        check(.journalIsClosed, openIntent(of: id))
        check(.secretsAreKept, leak(in: report, of: plan))
        if isStrict(id) {
            check(.forecastHolds, brokenForecast(id, plan))
            if report.outcome == .converged { check(.planAfterSuccessIsEmpty, remainder(runs[id].command)) }
        }
    }

    /// Checks `outcomeIsTrue`, of the report as a whole.
    private func falseOutcome(_ report: ApplyReport) -> String? {
        let isAllDone = report.results.allSatisfy { $0 == .done }
        guard isAllDone != (report.outcome == .converged) else { return nil }
        let open = report.results.filter { $0 != .done }
        return "the outcome is \(report.outcome), and these steps are not done: \(open)"
    }

    /// Checks `outcomeIsTrue`, of each step that says it is done.
    private func falseStep(_ id: Int, _ plan: Plan, _ report: ApplyReport) -> String? {
        for (step, result) in zip(plan.steps, report.results) {
            switch result {
            case .done:
                // What makes way for a replacement comes back with a step of its own.
                guard !plan.steps[(step.id + 1)...].contains(where: { $0.address == step.address }) else { continue }
                if !runs[id].knowsFence, store.lock.epoch == runs[id].grant?.epoch, let lack = lackInRecord(step) {
                    return "\(step.action.rawValue) \(step.address) is said to be done: \(lack)"
                }
                if isUndisturbed(id), let lack = lackInCluster(step) {
                    return "\(step.action.rawValue) \(step.address) is said to be done: \(lack)"
                }
            case .rolledBack:
                guard isUndisturbed(id), let back = step.rollout?.rollback else { continue }
                if cluster.observe(step.address.name)?.template != back.template {
                    return "\(step.address) is said to be rolled back and is not"
                }
            default: continue
            }
        }
        return nil
    }

    private func lackInRecord(_ step: PlanStep) -> String? {
        let record = store.resources[step.address]
        switch step.action {
        case .create, .update, .replace, .supersede, .record:
            return record?.fingerprint == step.afterFingerprint ? nil : "the record does not say so"
        case .delete, .forget: return record == nil ? nil : "the record is still there"
        case .retire:
            return record?.retiredObjects.contains(step.objectName ?? "") == true ? "the record still has it" : nil
        }
    }

    private func lackInCluster(_ step: PlanStep) -> String? {
        switch step.action {
        case .create, .update, .replace, .supersede:
            guard let rollout = step.rollout else {
                return isExternal(step) || hasObject(step) ? nil : "the cluster does not have it"
            }
            return lackingInstances(step, rollout)
        case .retire: return hasObject(step) ? "the cluster still has it" : nil
        case .delete:
            if step.address.kind != .service { return hasObject(step) ? "the cluster still has it" : nil }
            return cluster.observe(step.address.name) == nil ? nil : "the cluster still has it"
        case .record, .forget: return nil
        }
    }

    private func lackingInstances(_ step: PlanStep, _ rollout: Rollout) -> String? {
        if let unended = unended(step) { return unended }
        guard let service = cluster.observe(step.address.name) else { return "the cluster does not have it" }
        guard service.labels.fingerprint == step.afterFingerprint, service.template == rollout.template else {
            return "the cluster has another definition"
        }
        guard service.desiredReplicas == rollout.desiredReplicas else {
            return "the cluster aims at \(service.desiredReplicas) instances, not \(rollout.desiredReplicas)"
        }
        let good = service.instances.filter { instance in
            guard instance.template == rollout.template else { return false }
            if witness.isSick { return true }
            return instance.isHealthy || instance.phase == .completed
        }
        let wanted = rollout.isJob ? rollout.additions.count + rollout.replacements.count : rollout.desiredReplicas
        let count = Set(good.map(\.slot)).count
        // Of what is as recorded, kept instances are the restart policy's business.
        let kept = step.beforeFingerprint == step.afterFingerprint ? rollout.kept : 0
        // What the policy tolerates may have failed as far as anybody was told, and come up all the same.
        let started = rollout.additions.count + rollout.replacements.count
        let tolerated = Int(rollout.policy.maxFailureRatio * Double(started))
        let late = service.instances.count { $0.template == rollout.template } - good.count
        return count + kept + min(tolerated, late) >= wanted ? nil : "it has \(count) of \(wanted) good instances"
    }

    /// Checks `forecastHolds`.
    private func brokenForecast(_ id: Int, _ plan: Plan) -> String? {
        for forecast in plan.forecast.services {
            guard let fewest = runs[id].sight.fewestHealthy[forecast.address.name] else { continue }
            let promised = min(forecast.fewestHealthy, forecast.desired)
            if fewest < promised {
                return "\(forecast.address) had \(fewest) healthy instances; the forecast said \(promised)"
            }
        }
        return nil
    }

    /// `planAfterSuccessIsEmpty`: what is left to do, of what the command asked for.
    func remainder(_ command: Command) -> String? {
        switch Planner.plan(planInput(command, store.snapshot(), inventory())) {
        case .problems(let problems): return "no plan can be made: \(problems.first?.message ?? "")"
        case .plan(let plan):
            guard let step = plan.steps.first else { return nil }
            return "\(plan.steps.count) steps are left: \(step.action.rawValue) \(step.address) \(step.reasons)"
        }
    }
}
