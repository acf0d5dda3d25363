import ResourceModel
import StateStores

/// What became of the operations that an earlier apply announced and never closed.
///
/// An operation was done when something in the cluster carries its id or an instance that it was to start
/// is there. Everything else counts as failed (a removal that was done leaves nothing behind, and is left to the next plan,
/// which sees the cluster as it is): an outcome that stayed unknown would be looked up for ever.
///
/// - Returns: Each open operation with its outcome, `done` or `failed`.
package func resolveInterrupted(open: [OperationRecord], inventory: Inventory) -> [OperationRecord] {
    guard !open.isEmpty else { return [] }
    var carried: Set<String> = []
    var instances: Set<String> = []
    for object in inventory.objects { carried.insert(object.labels.operation) }
    for service in inventory.services {
        carried.insert(service.labels.operation)
        for instance in service.instances { instances.insert(String(instance.id.split(separator: ".").last ?? "")) }
    }
    return open.map { operation in
        var resolved = operation
        let isDone = carried.contains(operation.id) || instances.contains(StepTask.instanceSuffix(operation.id))
        resolved.outcome = isDone ? .done : .failed
        resolved.error =
            isDone ? "found done after an interrupted apply" : "not found in the cluster after an interrupted apply"
        return resolved
    }
}
