import Planning
import Plans
import ResourceModel

extension World {
    /// The process plans from what it read.
    mutating func plan(_ id: Int, _ inventory: Inventory) {
        guard let state = runs[id].state else { return }
        let command = runs[id].command
        switch Planner.plan(planInput(command, state, inventory)) {
        case .plan where sabotage == .emptyPlans && id > 0:
            runs[id].ending = .nothingToDo
            letGo(id)
        case .problems(let problems):
            fail(id, .refused(problems.first.map { "\($0.code.rawValue)" } ?? ""))
        case .plan(let plan) where plan.hasErrors:
            let error = plan.findings.first { $0.severity == .error }
            fail(id, .refused(error.map { "\($0.code)" } ?? ""))
        case .plan(let plan):
            notePlan(id, plan)
            guard !plan.isEmpty else {
                runs[id].ending = .nothingToDo
                guard runs[id].grant != nil, command.targets.isEmpty else { return letGo(id) }
                // Whoever asks is told of the last revision, so one that did not come to its end gets a successor.
                if let last = store.revisions(limit: 1).first, !last.outcome.isEnd {
                    runs[id].plan = plan
                    runs[id].digest = "after revision \(last.number)"
                    return goOn(id)
                }
                guard !state.openOperations.isEmpty else { return letGo(id) }
                runs[id].phase = .resolving
                return look(id)
            }
            runs[id].digest = plan.digest(Fingerprinter(key: state.key)).text
            runs[id].plan = plan
            beginSight(id)
            check(.secretsAreKept, leak(in: plan, Fingerprinter(key: state.key)))
            if case .applySaved(let pause) = command.verb {
                runs[id].phase = .thinking
                agenda.put(.retriesLock(run: id), at: now + pause)
            } else {
                runs[id].phase = .rereading
                ask(id, .snapshot)
            }
        }
    }

    func planInput(_ command: Command, _ state: RecordedState, _ inventory: Inventory) -> PlanInput {
        var options = PlanOptions()
        options.batch = command.batch
        options.targets = command.targets
        options.deleteVolumes = command.deleteVolumes
        options.destroy = command.verb == .destroy
        return PlanInput(
            graph: ResourceGraph.build(project: Self.project, resources: wanted(command)).0,
            secrets: SecretDigests(declared.digests(Fingerprinter(key: state.key))),
            recorded: state,
            inventory: inventory,
            capabilities: cluster.capabilities,
            options: options,
            now: timestamp
        )
    }

    /// What the command wants there to be.
    private func wanted(_ command: Command) -> [Resource] {
        guard case .rollbackTo(let number) = command.verb, let revision = store.revision(number) else {
            return declared.resources
        }
        return revision.desired.compactMap { try? $0.decoded(Resource.self) }
    }

    private mutating func notePlan(_ id: Int, _ plan: Plan) {
        guard trace != nil else { return }
        note(id, "plan: \(plan.summary.planned)")
        for step in plan.steps {
            var text = "  \(step.batch).\(step.id) \(step.action.rawValue) \(step.address) \(step.reasons)"
            if let rollout = step.rollout {
                text += " kept \(rollout.kept)"
                if !rollout.replacements.isEmpty { text += ", replaces \(rollout.replacements.map(\.slot))" }
                if !rollout.additions.isEmpty { text += ", adds \(rollout.additions)" }
                if !rollout.removals.isEmpty { text += ", removes \(rollout.removals.map(\.id))" }
                text += " by \(rollout.parallelism), \(rollout.policy.order.rawValue)"
            }
            if !step.needs.isEmpty { text += ", needs \(step.needs.map { "\($0.step)" }.joined(separator: " "))" }
            note(id, text)
        }
    }
}
