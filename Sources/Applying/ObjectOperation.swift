import Drivers
import Plans
import ResourceModel
import StateStores

/// One operation of an object step and what it does to the record.
struct ObjectOperation: Sendable {
    enum Effect: Sendable {
        case put
        case remove
        /// The record forgets one retired object.
        case unretire(String)
    }

    var text: String
    var activity: StepActivity
    var action: OperationAction?
    var effect: Effect

    /// The operations of a step, in order.
    static func sequence(task: StepTask, resource: Resource?) -> [ObjectOperation] {
        let isExternal = resource?.spec.isExternal ?? false
        switch task.step.action {
        case .create, .supersede: return [create(task, resource)]
        case .update where isExternal: return [recordOnly(.put)]
        case .update: return [update(task, resource)]
        case .replace:
            // The old object keeps the name it was recorded under.
            let old = task.record?.objectName ?? task.objectName
            return [remove(task, name: old, .remove), create(task, resource)]
        case .delete:
            if isExternal { return [recordOnly(.remove)] }
            return [remove(task, name: task.objectName, .remove)]
        case .retire:
            return [remove(task, name: task.objectName, .unretire(task.objectName))]
        case .record: return [recordOnly(.put)]
        case .forget: return [recordOnly(.remove)]
        }
    }

    private static func recordOnly(_ effect: Effect) -> ObjectOperation {
        ObjectOperation(text: "change the record", activity: .updating, action: nil, effect: effect)
    }

    private static func create(_ task: StepTask, _ resource: Resource?) -> ObjectOperation {
        guard let resource, !resource.spec.isExternal else { return recordOnly(.put) }
        let action: OperationAction =
            task.address.kind == .secret
            ? .createSecret(resource, name: task.objectName, content: nil)
            : .createObject(resource, name: task.objectName)
        return ObjectOperation(text: "create \(task.objectName)", activity: .creating, action: action, effect: .put)
    }

    private static func update(_ task: StepTask, _ resource: Resource?) -> ObjectOperation {
        ObjectOperation(
            text: "update \(task.objectName)",
            activity: .updating,
            action: resource.map { .updateObject($0, name: task.objectName) },
            effect: .put
        )
    }

    private static func remove(_ task: StepTask, name: String, _ effect: Effect) -> ObjectOperation {
        let action: OperationAction =
            task.address.kind == .service
            ? .removeService(name: task.address.name) : .removeObject(task.address, name: name)
        return ObjectOperation(text: "remove \(name)", activity: .removing, action: action, effect: effect)
    }

    /// What the record becomes once the operation is done.
    func changes(task: StepTask, resource: Resource?, bindings: SortedMap<String>) -> [RecordChange] {
        switch effect {
        case .put: return resource.flatMap { task.recordAfter($0, bindings: bindings) }.map { [.put($0)] } ?? []
        // What comes back in the same apply stays on record: should that die in between, the next one misses it.
        case .remove: return task.step.isTakenAway ? [] : [.remove(task.address)]
        case .unretire(let name):
            guard var record = task.record else { return [] }
            record.retiredObjects.removeAll { $0 == name }
            return [.put(record)]
        }
    }
}
