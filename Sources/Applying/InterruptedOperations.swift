import ResourceModel
import StateStores

/// What became of the operations that an earlier apply announced and never closed.
///
/// An operation was done when something in the cluster carries its id, an instance that it was to start is there, or
/// what it was to stop or to remove is not. Everything else counts as failed: an outcome that stayed unknown would be
/// looked up for ever. Nothing is decided by it; the next plan sees the cluster as it is.
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
        let isDone =
            carried.contains(operation.id) || instances.contains(StepTask.instanceSuffix(operation.id))
            || operation.removed.map { !isThere($0, of: operation.address, inventory) } ?? false
        resolved.outcome = isDone ? .done : .failed
        resolved.error =
            isDone ? "found done after an interrupted apply" : "not found in the cluster after an interrupted apply"
        return resolved
    }
}

private func isThere(_ name: String, of address: ResourceAddress, _ inventory: Inventory) -> Bool {
    if inventory.objects.contains(where: { $0.address == address && $0.name == name }) { return true }
    let service = inventory.services.first { $0.address == address }
    return service.map { $0.address.name == name || $0.instances.contains { $0.id == name } } ?? false
}

extension OperationRecord {
    /// What the operation was to take away, as its text names it; nil: it makes something.
    fileprivate var removed: String? {
        for verb in ["stop instance ", "remove "] where action.hasPrefix(verb) {
            return String(action.dropFirst(verb.count))
        }
        return nil
    }
}
