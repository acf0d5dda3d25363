import ResourceModel
import StateStores

/// Where the cluster is not what was recorded of it.
package struct DriftNotice: Sendable, Hashable {
    package var address: ResourceAddress
    /// What the difference is, to be read after the address: `is gone`.
    package var text: String

    package init(_ address: ResourceAddress, _ text: String) {
        self.address = address
        self.text = text
    }

    /// Every difference, in the order of the addresses; one for each resource.
    package static func all(_ recorded: RecordedState, _ inventory: Inventory) -> [DriftNotice] {
        let services = Dictionary(inventory.services.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let objects = Dictionary(grouping: inventory.objects, by: \.address)
        var found: [DriftNotice] = []
        var known: Set<ResourceAddress> = []
        let origin = { (labels: OwnershipLabels?) in labels.flatMap { recorded.revision(ofOperation: $0.operation) } }
        let open = Set(recorded.openOperations.map(\.address))
        for record in recorded.resources {
            known.insert(record.address)
            let text: String? =
                if record.address.kind == .service {
                    difference(record, services[record.address], origin(services[record.address]?.labels))
                } else {
                    difference(record, objects[record.address] ?? [])
                }
            // Half done is what orchplan did itself, and nobody else is to be blamed for it.
            guard let text else { continue }
            let isOpen =
                open.contains(record.address) || text == Self.gone && recorded.begunAgain.contains(record.address)
            found.append(DriftNotice(record.address, isOpen ? "was left half done by an interrupted apply" : text))
        }
        for address in Set(services.keys).union(objects.keys)
        // What an apply began and did not finish is no drift; the service says so itself.
        where !known.contains(address) && !recorded.attempted.contains(address) {
            found.append(DriftNotice(address, "has no record"))
        }
        return found.sorted { $0.address < $1.address }
    }

    private static let gone = "is gone"

    private static func difference(_ record: RecordedResource, _ objects: [ObservedObject]) -> String? {
        guard let object = objects.first(where: { $0.name == record.objectName }) ?? objects.first else {
            return gone
        }
        return object.labels.fingerprint == record.fingerprint ? nil : "is not as recorded"
    }

    /// - Parameter revision: The one whose apply made the definition that is there; nil: none of this record.
    private static func difference(
        _ record: RecordedResource,
        _ service: ObservedService?,
        _ revision: Int?
    ) -> String? {
        guard let service else { return gone }
        if service.labels.fingerprint != record.fingerprint { return otherDefinition(service, revision) }
        let spec = ServiceStatus.spec(record.resource)
        let edits = service.edits.filter { spec?.leavesToOthers($0.path) != true }
        let changed = edits.filter { !$0.wasImported }
        if !changed.isEmpty { return "was edited in the cluster (\(Words.list(changed.map(\.shown), limit: 3)))" }
        if !edits.isEmpty { return "was imported as it ran (\(Words.list(edits.map(\.shown), limit: 3)))" }
        guard let spec, !spec.mode.isJob else { return nil }
        let others = service.instances.count { $0.template != service.template }
        if others > 0 { return "has \(others) of \(service.instances.count) instances of another definition" }
        let wanted = service.desiredReplicas
        let isFixed = !spec.mode.isGlobal && !spec.leavesToOthers("replicas")
        if isFixed, spec.replicas != wanted {
            return "is to have \(Words.count(wanted, "instance")), recorded are \(spec.replicas)"
        }
        let failed = service.instances.count { $0.phase == .failed }
        if failed > 0 { return "has \(Words.count(failed, "failed instance"))" }
        return service.instances.count < wanted ? "has \(service.instances.count) of \(wanted) instances" : nil
    }

    /// What is to be said of a definition that is not the recorded one.
    ///
    /// The definition carries a fingerprint of orchplan's own, so a rollout that was paused looks the same as one of
    /// another state; instances of two definitions are the sign of one that did not come to its end.
    private static func otherDefinition(_ service: ObservedService, _ revision: Int?) -> String {
        let updated = service.instances.count { $0.template == service.template }
        guard updated < service.instances.count else {
            return revision.map { "has the definition of revision \($0), which did not come to its end" }
                ?? "is not as recorded"
        }
        let done = service.instances.count { $0.template == service.template && $0.isHealthy }
        let wanted = service.desiredReplicas
        return "stands half done, \(min(done, wanted)) of \(Words.count(wanted, "instance")) updated"
    }
}
