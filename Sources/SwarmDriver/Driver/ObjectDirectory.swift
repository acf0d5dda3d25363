import Drivers
import ResourceModel

/// The networks, volumes, secrets and configs that services refer to, read from the engine when one is first needed.
///
/// What this run makes or removes is forgotten by `forget`; what others do meanwhile is found when a name is missing.
actor ObjectDirectory {
    private let project: String
    private let client: EngineClient
    private let ownership: Ownership
    private var cached: [ResourceKind: [CanonicalValue]] = [:]
    private var owned: [ResourceKind: [CanonicalValue]] = [:]

    init(project: String, client: EngineClient, ownership: Ownership) {
        self.project = project
        self.client = client
        self.ownership = ownership
    }

    /// What a kind of object was read as no longer holds.
    func forget(_ kind: ResourceKind) {
        cached[kind] = nil
        owned[kind] = nil
    }

    /// Every object of a kind that the engine has, whoever made it.
    func objects(_ kind: ResourceKind) async throws(EngineError) -> [CanonicalValue] {
        if let known = cached[kind] { return known }
        let found = try await Self.read(kind, client)
        cached[kind] = found
        return found
    }

    /// The objects of a kind that are the project's own.
    func own(_ kind: ResourceKind) async throws(EngineError) -> [CanonicalValue] {
        if let known = owned[kind] { return known }
        let found = ownership.split(try await objects(kind)).own
        owned[kind] = found
        return found
    }

    /// The engine's names of what a service refers to.
    ///
    /// What the project made is found by its labels, what somebody else made by its name.
    func names(for spec: ServiceSpec) async throws(EngineError) -> EngineNames {
        var names = EngineNames()
        for attachment in spec.networks {
            let address = ResourceAddress(.network, attachment.network)
            guard let found = try await object(address, named: attachment.object) else { continue }
            names.networks[attachment.network] = found.object
        }
        for network in cached[.network] ?? [] {
            if let id = network["Id"]?.string { names.networkNames[id] = network["Name"]?.string }
        }
        for mount in spec.mounts where mount.type == .volume {
            guard let source = mount.source else { continue }
            names.volumes[source] = try await volume(source, named: mount.object)
        }
        for reference in spec.secrets {
            let key = reference.object ?? reference.source
            names.secrets[key] = try await content(.secret, reference.source, object: reference.object)?.object
        }
        for reference in spec.configs {
            let key = reference.object ?? reference.source
            names.configs[key] = try await content(.config, reference.source, object: reference.object)?.object
        }
        for entry in spec.environment {
            guard case .config(let name, let object) = entry.value else { continue }
            let found = try await content(.config, name, object: object)
            let key = object ?? name
            names.configs[key] = found?.object
            names.configTexts[key] = found?.json.at("Spec", "Data")?.string.flatMap(Self.text)
        }
        return names
    }

    private struct Found {
        var json: CanonicalValue
        var object: EngineNames.Object
    }

    private func object(_ address: ResourceAddress, named name: String?) async throws(EngineError) -> Found? {
        try await find(address.kind) { texts, own, isOurs in
            if let name { return own == name }
            return isOurs && OwnershipLabels(engineLabels: texts)?.address == address
        }
    }

    /// A secret or config: by orchplan's own name of it, else by the engine's.
    private func content(
        _ kind: ResourceKind,
        _ name: String,
        object: String?
    ) async throws(EngineError) -> Found? {
        let address = ResourceAddress(kind, name)
        let wanted = object ?? name
        let scoped = EngineNames.scoped(wanted, project: project)
        return try await find(kind) { texts, own, isOurs in
            let labels = OwnershipLabels(engineLabels: texts)
            guard labels?.address == address, labels?.project == self.project else { return own == wanted }
            // One that was imported goes by the name that it was given then.
            return isOurs && (own == scoped || texts[OwnershipLabels.nameKey] == wanted)
        }
    }

    private func volume(_ source: String, named name: String?) async throws(EngineError) -> EngineNames.Volume {
        let found = try await object(ResourceAddress(.volume, source), named: name)
        let own = name ?? found?.object.name ?? EngineNames.scoped(source, project: project)
        guard name == nil else { return EngineNames.Volume(name: own, isExternal: true) }
        let driver = found?.json["Driver"]?.string
        return EngineNames.Volume(
            name: own,
            driver: driver == "local" && found?.json["Options"]?.texts.isEmpty != false ? nil : driver,
            driverOptions: found?.json["Options"]?.texts ?? [:]
        )
    }

    /// Looks among what is known, at the project's own first, and asks the engine once more before nothing is found.
    private func find(
        _ kind: ResourceKind,
        _ isMeant: (_ labels: SortedMap<String>, _ name: String, _ isOurs: Bool) -> Bool
    ) async throws(EngineError) -> Found? {
        for isFresh in [false, true] {
            if isFresh { forget(kind) }
            for (list, isOurs) in [(try await own(kind), true), (try await objects(kind), false)] {
                for json in list {
                    let spec = json.at("Spec") ?? json
                    guard let name = spec["Name"]?.string, isMeant(spec["Labels"]?.texts ?? [:], name, isOurs) else {
                        continue
                    }
                    let id = json["ID"]?.string ?? json["Id"]?.string ?? name
                    return Found(json: json, object: EngineNames.Object(id: id, name: name))
                }
            }
        }
        return nil
    }

    private static func read(_ kind: ResourceKind, _ client: EngineClient) async throws(EngineError) -> [CanonicalValue]
    {
        switch kind {
        case .network: try await client.list("/networks")
        case .volume: try await client.volumes()
        case .secret: try await client.list("/secrets")
        case .config: try await client.list("/configs")
        case .service: try await client.list("/services")
        }
    }

    private static func text(_ base64: String) -> String? {
        Base64.decoded(base64).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
