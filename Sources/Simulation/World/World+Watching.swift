import Drivers
import Plans
import ResourceModel
import StateStores

/// What is seen from outside: who changes what, and what became healthy.
extension World {
    mutating func acknowledged(_ write: JournalWrite) {
        let operation = write.operation
        witness.journal[operation.id] = operation
        check(.secretsAreKept, leak(in: write))
        for change in write.changes {
            switch change {
            case .put(let record): witness.acknowledged[record.address] = record
            case .remove(let address): witness.acknowledged[address] = nil
            }
        }
    }

    /// The plan is made: from now on its run is looked at.
    mutating func beginSight(_ id: Int) {
        guard let plan = runs[id].plan else { return }
        for step in plan.steps where step.rollout != nil {
            let service = cluster.observe(step.address.name)
            runs[id].sight.fewestHealthy[step.address.name] = Self.serving(service)
        }
    }

    static func serving(_ service: ObservedService?) -> Int {
        service?.instances.count { $0.isHealthy || $0.phase == .completed } ?? 0
    }

    mutating func watchService(_ name: String, _ service: ObservedService?) {
        // What is gone runs again when it comes back.
        if service == nil { witness.completed = witness.completed.filter { !$0.hasPrefix("\(name)/") } }
        for instance in service?.instances ?? [] {
            let isGood = instance.isHealthy || instance.phase == .completed
            let hasFailed = instance.phase == .failed || instance.phase == .backoff || instance.restarts > 0
            if isGood { witness.everHealthy.insert(instance.id) }
            if instance.phase == .completed {
                witness.completed.insert("\(name)/\(instance.template.text)/\(instance.slot)")
            }
            if hasFailed { witness.isSick = true }
            if isGood || hasFailed {
                for id in runs.indices where !runs[id].isOver { runs[id].sight.unsettled[instance.id] = nil }
            }
            noteInstance(instance)
        }
        let serving = Self.serving(service)
        for id in runs.indices where runs[id].phase == .applying {
            if let fewest = runs[id].sight.fewestHealthy[name], serving < fewest {
                runs[id].sight.fewestHealthy[name] = serving
            }
            if isStrict(id) { check(.nothingIsDoubled, doubledSlot(service, besides: replaced(id, name))) }
        }
    }

    private mutating func noteInstance(_ instance: ObservedInstance) {
        guard trace != nil else { return }
        let text = "\(instance.phase.rawValue)\(instance.isHealthy ? ", healthy" : "")"
        guard witness.told.updateValue(text, forKey: instance.id) != text else { return }
        note(nil, "instance \(instance.id) \(text)")
    }

    /// A process asks the driver for something: what that says of the order and the number of changes.
    mutating func watchCall(_ id: Int, _ operation: Operation, _ step: Int) {
        check(.intentBeforeEffect, unannounced(operation))
        check(.fencedStops, runs[id].knowsFence ? "\(operation.id) comes after the lock was known to be lost" : nil)
        let other = operations[operation.id].map(\.run)
        check(.operationsAreUnique, other == nil || other == id ? nil : "\(operation.id) is of two runs")
        guard let plan = runs[id].plan, plan.steps.indices.contains(step) else { return }
        if runs[id].sight.begun.insert(step).inserted {
            check(.deletesLast, hastyDeletion(id, plan, step))
            check(.needsHoldFirst, unmetNeed(id, plan, step))
        }
        watchThing(id, operation, plan.steps[step])
        check(.batchLimit, tooManyChanges(id, plan))
    }

    private mutating func watchThing(_ id: Int, _ operation: Operation, _ step: PlanStep) {
        let thing: RunSight.Thing
        switch operation.action {
        case .createObject(_, let name), .createSecret(_, let name, _), .updateObject(_, let name),
            .removeObject(_, let name):
            thing = .object(step.address, name)
        case .defineService, .removeService: thing = .service(step.address.name)
        case .startInstance(let service, let slot, let instance, _):
            thing = .slot(service, slot)
            // What is tried again may have been done, and be healthy already.
            if !witness.everHealthy.contains(instance) { runs[id].sight.unsettled[instance] = thing }
            runs[id].sight.started.insert(thing)
            runs[id].sight.emptied.remove(thing)
        case .stopInstance(let service, let instance):
            thing = .slot(service, Self.slot(of: instance))
            runs[id].sight.unsettled[instance] = nil
        }
        runs[id].sight.calls[operation.id] = thing
    }

    /// The 1 in `web.1.3f9c2a7b`.
    static func slot(of instance: String) -> Int {
        let parts = instance.split(separator: ".")
        return parts.count >= 3 ? Int(parts[parts.count - 2]) ?? 0 : 0
    }

    mutating func watchAnswer(_ seen: SeenOperation, _ result: Result<OperationResult, DriverError>) {
        guard let thing = runs[seen.run].sight.calls.removeValue(forKey: seen.operation.id) else { return }
        switch (seen.operation.action, result) {
        case (.startInstance(_, _, let instance, _), .failure): runs[seen.run].sight.unsettled[instance] = nil
        case (.stopInstance, .success):
            guard let plan = runs[seen.run].plan, case .slot(_, let slot) = thing,
                plan.steps[seen.step].rollout?.replacements.contains(where: { $0.slot == slot }) == true,
                !runs[seen.run].sight.started.contains(thing), runs[seen.run].sight.results[seen.step] == nil
            else { return }
            runs[seen.run].sight.emptied.insert(thing)
        default: break
        }
    }
}
