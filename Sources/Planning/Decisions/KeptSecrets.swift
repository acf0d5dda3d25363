import ResourceModel

/// The objects in which generated secrets stay, whatever their names would be if they were made today.
///
/// Nobody has their characters a second time. A recorded one stays in its recorded object as long as it is declared to be
/// made in the same way. One that is there and not recorded, because the record was lost and its key with it, stays in
/// the object that carries its labels: its name was made with a key that nobody has any more. Of several, which a rotation
/// leaves that was interrupted, in the one that was made by the apply which last defined a service that needs it.
struct KeptSecrets: Sendable {
    /// By the address of the secret; what is not in it is named after how it is made.
    private(set) var objects: [ResourceAddress: String] = [:]

    init(_ input: borrowing PlanInput, fingerprinter: inout Fingerprinter) {
        var wanted: [ResourceAddress: (resource: Resource, source: SecretSource)] = [:]
        for resource in input.graph.resources {
            guard let source = resource.spec.secret?.source, case .generate = source else { continue }
            wanted[resource.address] = (resource, source)
        }
        guard !wanted.isEmpty else { return }
        var recorded: Set<ResourceAddress> = []
        for record in input.recorded.resources where record.address.kind == .secret {
            guard let source = wanted[record.address]?.source else { continue }
            recorded.insert(record.address)
            let before = (try? record.resource.decoded(Resource.self))?.spec.secret?.source
            if before == source { objects[record.address] = record.objectName }
        }
        var there: [ResourceAddress: [ObservedObject]] = [:]
        for object in input.inventory.objects where object.labels.project == input.graph.project {
            guard wanted[object.address] != nil, !recorded.contains(object.address) else { continue }
            there[object.address, default: []].append(object)
        }
        for (address, found) in there {
            guard let name = wanted[address]?.resource.contentObjectName(fingerprinter: &fingerprinter),
                found.contains(where: { $0.name == name })
            else {
                let applies = Self.applies(ofUsersOf: address, input)
                let used = found.filter { applies.contains(Self.apply($0.labels)) }
                objects[address] = (used.isEmpty ? found : used).map(\.name).max()
                continue
            }
        }
    }

    /// The applies that last defined the services which need a secret.
    private static func applies(ofUsersOf secret: ResourceAddress, _ input: borrowing PlanInput) -> Set<Substring> {
        let users = input.graph.resources
            .filter { resource in
                resource.address.kind == .service && resource.references.contains { $0.address == secret }
            }
            .map(\.address)
        return Set(input.inventory.services.filter { users.contains($0.address) }.map { apply($0.labels) })
    }

    /// The beginning of the plan's digest, which operations are called after.
    private static func apply(_ labels: OwnershipLabels) -> Substring {
        labels.operation.prefix(RecordedState.planDigits)
    }
}
