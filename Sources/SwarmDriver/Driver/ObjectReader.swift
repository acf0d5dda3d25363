import ResourceModel

/// A network, volume, secret or config as far as it can change: its content cannot while it has its id.
struct SeenObject: Sendable, Hashable {
    var address: ResourceAddress
    /// Of a volume, which has none, its name and when it was made.
    var id: String
    var labels: SortedMap<String>
}

/// Reads the project's objects from the engine.
struct ObjectReader: Sendable {
    let project: String
    let client: EngineClient

    /// All of them, in no order that means anything, as the engine lists them.
    func objects() async throws(EngineError) -> [CanonicalValue] {
        let filter = [EngineFilter.project(project).item]
        var found = try await client.list("/networks", filter)
        found += try await client.volumes(filter)
        found += try await client.list("/secrets", filter)
        found += try await client.list("/configs", filter)
        return found
    }

    static func seen(_ objects: [CanonicalValue]) -> Set<SeenObject> {
        Set(
            objects.compactMap { json in
                let texts = SwarmDriver.texts(json)
                guard let labels = OwnershipLabels(engineLabels: texts), let id = SwarmDriver.id(json) else {
                    return nil
                }
                let birth = json["Mountpoint"] == nil ? "" : json["CreatedAt"]?.string ?? ""
                return SeenObject(address: labels.address, id: id + birth, labels: texts)
            }
        )
    }
}
