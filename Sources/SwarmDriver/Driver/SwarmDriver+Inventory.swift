import Drivers
import ResourceModel

extension SwarmDriver {
    package func inventory(
        ports: [RequestedPort],
        recorded: [RecordedResource]
    ) async throws(DriverError) -> Inventory {
        try await reading { () throws(EngineError) in
            ownership.learn(recorded)
            let everybody = try await client.list("/services")
            var answers = try await reader.answers()
            await looked.remember(answers.services)
            if answers.services.isEmpty { answers.nodes = ClusterNodes(try await client.get("/nodes")) }
            let objects = try await objects(recorded)
            var services = answers.observed()
            for index in services.indices {
                let address = services[index].address
                guard let record = recorded.first(where: { $0.address == address }),
                    let live = answers.services.first(where: { $0["Spec"].flatMap(LookedAt.address) == address })
                else { continue }
                try await compare(&services[index], live, record)
            }
            return Inventory(
                nodes: answers.nodes.nodes,
                objects: objects,
                services: services,
                occupiedPorts: occupied(ports, everybody),
                copies: try await copies(everybody),
                external: try await external()
            )
        }
    }

    /// Tells what somebody edited since the definition was applied.
    private func compare(
        _ service: inout ObservedService,
        _ live: CanonicalValue,
        _ record: RecordedResource
    ) async throws(EngineError) {
        // Another definition than the recorded one was handed over: by an apply that was interrupted.
        guard service.labels.fingerprint == record.fingerprint, let spec = live["Spec"],
            let resource = try? record.resource.decoded(Resource.self), let declared = resource.spec.service
        else { return }
        let imported = AdoptedService.importedFields(spec)
        var names = try await directory.names(for: declared)
        if AdoptedService.template(spec) != nil { names.fill(for: declared, project: project) }
        let definition = ServiceDefinition(
            resource: resource,
            spec: declared,
            template: Fingerprint(text: AdoptedService.anyTemplate(spec)),
            replicas: imported.contains("replicas") ? declared.replicas : service.desiredReplicas,
            update: declared.effectiveUpdate,
            rollback: declared.effectiveRollback
        )
        let version = try await client.version()
        // What cannot be translated any more, because an object is gone, is not comparable: the missing object is told.
        guard let sent = try? ServiceForward.spec(definition, service.labels, names, version: version) else { return }
        let drifts =
            AdoptedService.template(spec) == nil
            ? SpecDrift.fields(sent: sent, live: spec, names: names)
            : AdoptedService.differences(sent: sent, live: spec, names: names)
        service.edits = drifts.filter { !Self.isOrders($0.field) || imported.contains($0.field) }
            .map { LiveEdit($0, wasImported: imported.contains($0.field)) }
        guard service.edits.contains(where: { SpecDrift.changesInstances($0.path) }) else { return }
        // What runs is no instance of the definition any more, whatever its label says.
        for index in service.instances.indices where service.instances[index].template == service.template {
            service.instances[index].template = Fingerprint(text: "edited-\(service.template.text)")
        }
    }

    /// How the engine goes about updates and how many instances there are: set anew by every apply, compared elsewhere.
    private static func isOrders(_ field: String) -> Bool {
        ["update", "rollback", "replicas"].contains { field == $0 || field.hasPrefix("\($0).") }
    }

    private func objects(_ recorded: [RecordedResource]) async throws(EngineError) -> [ObservedObject] {
        var found: [ObservedObject] = []
        for kind in Self.objectKinds {
            await directory.forget(kind)
            for json in try await directory.own(kind) {
                guard var object = EngineReading.object(json) else { continue }
                let record = recorded.first { $0.address == object.address }
                if let record, Self.isAsRecorded(json, record) { object.labels.fingerprint = record.fingerprint }
                object.edits = Self.edits(json, object, recorded)
                found.append(object)
            }
        }
        return found.sorted { ($0.address, $0.name) < ($1.address, $1.name) }
    }

    /// What carries the labels of the project's own objects and is none of them.
    private func copies(_ services: [CanonicalValue]) async throws(EngineError) -> [LabelCopy] {
        var found = ownership.split(services).copies
        for kind in Self.objectKinds { found += ownership.split(try await directory.objects(kind)).copies }
        return
            found.compactMap { json in
                guard let labels = OwnershipLabels(engineLabels: Self.texts(json)) else { return nil }
                return LabelCopy(address: labels.address, name: Self.spec(json)["Name"]?.string ?? Self.id(json) ?? "")
            }
            .sorted { ($0.address, $0.name) < ($1.address, $1.name) }
    }

    /// The names of what services can use and this project did not make; volumes are made where they are missing.
    private func external() async throws(EngineError) -> [ResourceKind: Set<String>] {
        var names: [ResourceKind: Set<String>] = [:]
        for kind in [ResourceKind.network, .secret, .config] {
            names[kind] = Set(try await directory.objects(kind).compactMap { Self.spec($0)["Name"]?.string })
        }
        return names
    }

    private static let objectKinds: [ResourceKind] = [.network, .volume, .secret, .config]

    /// Whether a network or volume is as its record says, whatever its labels are.
    ///
    /// The engine never changes them: they are those that it was made with, and a volume that an instance made on its
    /// node has fewer.
    private static func isAsRecorded(_ json: CanonicalValue, _ record: RecordedResource) -> Bool {
        guard let resource = try? record.resource.decoded(Resource.self) else { return false }
        switch resource.spec {
        case .network: return ObjectDrift.edits(json, recorded: resource).isEmpty
        case .volume(let spec):
            return (spec.driver ?? "local") == json["Driver"]?.string
                && spec.driverOptions == (json["Options"]?.texts ?? [:])
        case .secret, .config, .service: return false
        }
    }

    private static func edits(
        _ json: CanonicalValue,
        _ object: ObservedObject,
        _ recorded: [RecordedResource]
    ) -> [LiveEdit] {
        guard object.address.kind == .network || object.address.kind == .config,
            let record = recorded.first(where: { $0.address == object.address }),
            record.fingerprint == object.labels.fingerprint,
            let resource = try? record.resource.decoded(Resource.self)
        else { return [] }
        return ObjectDrift.edits(json, recorded: resource)
    }

    /// The wanted ports that services of others publish.
    private func occupied(_ wanted: [RequestedPort], _ services: [CanonicalValue]) -> [OccupiedPort] {
        guard !wanted.isEmpty else { return [] }
        var found: [OccupiedPort] = []
        for service in services {
            let spec = service["Spec"]
            let labels = OwnershipLabels(engineLabels: spec?["Labels"]?.texts ?? [:])
            guard labels?.project != project else { continue }
            for port in service.at("Endpoint", "Ports")?.array ?? [] {
                guard let number = port["PublishedPort"]?.wholeNumber,
                    let transport = TransportProtocol(rawValue: port["Protocol"]?.string ?? "tcp"),
                    wanted.contains(where: { $0.port == Int(number) && $0.transport == transport })
                else { continue }
                let holder = spec?["Name"]?.string.map { "the service \($0)" }
                found.append(OccupiedPort(port: Int(number), transport: transport, address: "0.0.0.0", holder: holder))
            }
        }
        return found
    }
}
