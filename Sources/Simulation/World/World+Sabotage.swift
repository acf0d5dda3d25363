import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

/// Where the simulation's own store, driver and loop are broken on purpose.
extension World {
    /// The plan as a broken loop hands it to the machine.
    func sabotaged(_ original: Plan) -> Plan {
        var plan = original
        switch sabotage {
        case .batchOffByOne: plan.options.batch += 1
        case .wideRollouts:
            plan.options.batch += 3
            for index in plan.steps.indices { plan.steps[index].rollout?.parallelism += 1 }
        case .deletesFirst:
            for index in plan.steps.indices {
                if plan.steps[index].action == .delete {
                    plan.steps[index].batch = 0
                    plan.steps[index].needs = []
                } else {
                    plan.steps[index].batch += 1
                }
            }
        default: break
        }
        return plan
    }

    /// What a broken loop writes into the journal.
    func leaked(_ write: JournalWrite) -> JournalWrite {
        guard sabotage == .leakedSecrets, case .outcome(var operation, let changes) = write,
            operation.address.kind == .secret
        else { return write }
        operation.error = String(decoding: declared.content(of: operation.address.name), as: UTF8.self)
        return .outcome(operation, changes)
    }

    /// What a broken loop says of how it ended.
    func honest(_ report: ApplyReport) -> ApplyReport {
        guard sabotage == .alwaysConverged else { return report }
        var report = report
        report.outcome = .converged
        return report
    }

    /// Whether a broken driver did something else than it was told, and the right thing is not to be done.
    mutating func deceived(_ id: Int, _ operation: inout Operation) -> Bool {
        switch (sabotage, operation.action) {
        case (.blurredLabels, .createObject):
            operation.labels.fingerprint = Fingerprint(text: String(repeating: "b", count: 64))
            return false
        case (.falseRemovals, .removeObject), (.falseRemovals, .removeService):
            agenda.put(.tells(run: id, .performed(operation.id, .success(OperationResult()))), at: now)
            return true
        case (.strangersRemoved, .removeObject), (.strangersRemoved, .createObject):
            for stranger in witness.strangers { cluster.takeAway(stranger.address, name: stranger.name) }
            return false
        case (.doubledInstances, .startInstance(let service, let slot, let instance, let template)):
            var copy = operation
            copy.id += "x"
            copy.action = .startInstance(service: service, slot: slot, id: instance + "x", template: template)
            cluster.submit(copy)
            return false
        default: return false
        }
    }

    /// What somebody who died leaves behind that nobody knows of.
    mutating func litter() {
        guard sabotage == .litteringDead else { return }
        let labels = OwnershipLabels(
            project: Self.project,
            address: ResourceAddress(.network, "litter"),
            fingerprint: Fingerprint(text: String(repeating: "1", count: 64)),
            operation: "nobody-knows"
        )
        cluster.plant(ObservedObject(labels: labels, name: "litter"))
    }
}
