import Plans
import ResourceModel

/// Turns scheduled nodes into the numbered steps of a plan.
struct StepAssembly {
    let draft: Draft
    let graph: StepGraph
    /// For each node its batch.
    let batches: [Int]
    /// Nodes whose needs could not all be met.
    let cut: Set<Int>

    /// The steps by batch, then by the order of the nodes.
    func steps() -> [PlanStep] {
        let order = graph.nodes.indices.filter { graph.scheduled[$0].weight > 0 }
            .sorted { (batches[$0], $0) < (batches[$1], $1) }
        var ids = [Int](repeating: -1, count: graph.nodes.count)
        for (id, node) in order.enumerated() { ids[node] = id }
        var asserted = [Bool](repeating: false, count: draft.decisions.count)
        var steps: [PlanStep] = []
        steps.reserveCapacity(order.count)
        for node in order {
            let subject = graph.nodes[node].subject
            var step = step(node, id: ids[node])
            step.batch = batches[node]
            step.needs = graph.nodes[node].needs
                .compactMap { need in
                    guard ids[need.node] >= 0, !cut.contains(node) || batches[need.node] < batches[node] else {
                        return nil
                    }
                    return StepNeed(step: ids[need.node], condition: need.condition)
                }
            step.needs.sort { $0.step < $1.step }
            step.preconditions = preconditions(subject, isFirst: !asserted[subject])
            asserted[subject] = true
            steps.append(step)
        }
        return steps
    }

    private func step(_ node: Int, id: Int) -> PlanStep {
        let index = graph.nodes[node].subject
        let subject = draft.world.subjects[index]
        let decision = draft.decisions[index]
        let record = draft.world.record(subject)
        switch graph.nodes[node].role {
        case .main: return main(id, subject, decision, record)
        case .early:
            return PlanStep(
                id: id,
                address: subject.address,
                action: .delete,
                reasons: decision.reasons.filter { if case .dependencyReplaced = $0 { true } else { false } },
                before: record?.resource,
                beforeFingerprint: record?.fingerprint,
                objectName: record?.objectName,
                protect: false
            )
        case .retire(let name):
            return PlanStep(
                id: id,
                address: subject.address,
                action: .retire,
                reasons: retirement(subject, decision, record),
                objectName: name,
                protect: decision.desired?.protect ?? record?.protect ?? false
            )
        }
    }

    /// Why an old object goes; that its content is another is known of one that is recorded, and of no other.
    private func retirement(_ subject: Subject, _ decision: Decision, _ record: RecordedResource?) -> [StepReason] {
        if decision.action == .delete { return decision.reasons }
        guard record == nil else { return [.contentChanged(subject.address)] }
        return [.drifted("it is there and has no record")]
    }

    private func main(_ id: Int, _ subject: Subject, _ decision: Decision, _ record: RecordedResource?) -> PlanStep {
        let after = decision.desired.map { CanonicalText($0) }
        return PlanStep(
            id: id,
            address: subject.address,
            action: decision.action ?? .record,
            reasons: decision.reasons,
            changes: decision.changes,
            before: record?.resource,
            after: after,
            beforeFingerprint: record?.fingerprint,
            afterFingerprint: decision.fingerprint,
            objectName: decision.objectName,
            protect: decision.desired?.protect ?? false,
            rollout: decision.rollout
        )
    }

    /// The record of the resource, asserted by its first step, and of what it needs and this plan does not touch.
    ///
    /// Whatever an earlier step of the plan changes is no precondition of a later one.
    private func preconditions(_ index: Int, isFirst: Bool) -> [Precondition] {
        var found: [Precondition] = []
        let world = draft.world
        if isFirst {
            let record = world.record(world.subjects[index])
            found.append(
                Precondition(
                    address: world.subjects[index].address,
                    fingerprint: record?.fingerprint,
                    revision: record?.revision ?? 0
                )
            )
        }
        for need in draft.needs(index) where !draft.hasStep(need.subject) {
            guard let record = world.record(world.subjects[need.subject]),
                !found.contains(where: { $0.address == record.address })
            else { continue }
            found.append(
                Precondition(address: record.address, fingerprint: record.fingerprint, revision: record.revision)
            )
        }
        return found
    }
}
