import ResourceModel
import Synchronization

/// Tells the project's own objects from those that carry copies of its labels.
///
/// Labels are copied with one command (`docker service create --label …`); an id is nobody's to choose, and a name is
/// taken but once. So an object is the project's own when it has the recorded id, else the name that orchplan gives.
/// Where neither is known, the one that was there first is: a copy is always the younger.
final class Ownership: Sendable {
    /// Objects of one kind, each where it belongs, in the engine's order.
    struct Split: Sendable {
        var own: [CanonicalValue] = []
        /// Carry the labels of an own one, or of one that is gone; never to be touched.
        var copies: [CanonicalValue] = []
    }

    private struct Key: Hashable {
        var address: ResourceAddress
        /// orchplan's own name of the object: of secrets and configs one resource may have several.
        var object: String
    }

    private struct Known {
        var id: String?
        var record: RecordedResource?
    }

    private let project: String
    private let known = Mutex<[Key: Known]>([:])

    init(project: String) {
        self.project = project
    }

    /// What is recorded counts from now on; what is not recorded stays as it was known.
    func learn(_ recorded: [RecordedResource]) {
        guard !recorded.isEmpty else { return }
        known.withLock { known in
            for record in recorded {
                let key = Key(address: record.address, object: record.objectName)
                known[key] = Known(id: record.bindings["id"], record: record)
            }
        }
    }

    /// This run has made the object, or has found it to be its own.
    func made(_ address: ResourceAddress, _ object: String, id: String) {
        known.withLock { $0[Key(address: address, object: object)] = Known(id: id) }
    }

    /// The objects that carry the project's labels, sorted out; others are neither.
    ///
    /// - Parameter named: The engine's name of a service that is about to be defined, where nothing is recorded of it.
    func split(_ objects: [CanonicalValue], named: String? = nil) -> Split {
        var groups: [Key: [Int]] = [:]
        for (index, json) in objects.enumerated() {
            guard let key = key(json) else { continue }
            groups[key, default: []].append(index)
        }
        guard !groups.isEmpty else { return Split() }
        let known = known.withLock { $0 }
        var isOwn = [Bool](repeating: false, count: objects.count)
        for (key, members) in groups {
            guard let index = own(members, objects, key, known[key], named) else { continue }
            isOwn[index] = true
        }
        let ours = groups.values.flatMap { $0 }.sorted()
        return Split(
            own: ours.filter { isOwn[$0] }.map { objects[$0] },
            copies: ours.filter { !isOwn[$0] }.map { objects[$0] }
        )
    }

    private func own(
        _ members: [Int],
        _ objects: [CanonicalValue],
        _ key: Key,
        _ known: Known?,
        _ wanted: String?
    ) -> Int? {
        if let id = known?.id, let found = members.first(where: { SwarmDriver.id(objects[$0]) == id }) { return found }
        let name = { (index: Int) in SwarmDriver.spec(objects[index])["Name"]?.string ?? "" }
        let names = wanted.map { [$0] } ?? names(key, known?.record)
        if let found = members.first(where: { names.contains(name($0)) }) { return found }
        guard known?.id == nil, wanted == nil else { return nil }
        // One that was imported has a name of its own and no id in its record.
        return members.min { Self.age(objects[$0]) < Self.age(objects[$1]) }
    }

    /// What orchplan would call it.
    private func names(_ key: Key, _ record: RecordedResource?) -> [String] {
        let spec = record.flatMap { try? $0.resource.decoded(Resource.self).spec }
        if let given = spec?.service?.name ?? spec?.externalName { return [given] }
        return [EngineNames.scoped(key.object, project: project)]
    }

    private func key(_ json: CanonicalValue) -> Key? {
        let texts = SwarmDriver.texts(json)
        guard let labels = OwnershipLabels(engineLabels: texts), labels.project == project else { return nil }
        let isService = labels.address.kind == .service
        let object = isService ? nil : texts[OwnershipLabels.nameKey] ?? SwarmDriver.spec(json)["Name"]?.string
        return Key(address: labels.address, object: object ?? labels.address.name)
    }

    private static func age(_ json: CanonicalValue) -> (String, String) {
        (json["CreatedAt"]?.string ?? json["Created"]?.string ?? "", SwarmDriver.id(json) ?? "")
    }
}
