import ResourceModel

extension SimulatedCluster {
    /// Does what the operation says.
    mutating func change(_ operation: Operation) throws(DriverError) -> OperationResult {
        switch operation.action {
        case .createObject(_, let name), .createSecret(_, let name, _): put(operation.labels, name)
        case .updateObject(let resource, let name):
            guard objects.contains(where: { $0.address == resource.address && $0.name == name }) else {
                throw DriverError(.notFound, "there is no \(name)")
            }
            put(operation.labels, name)
        case .removeObject(let address, let name):
            let user = services.values.lazy.flatMap(\.instances).first { $0.uses(name) }
            if let user { throw DriverError(.inUse, "\(name) is in use by \(user.observed.id)") }
            objects.removeAll { $0.address == address && $0.name == name }
        case .defineService(let definition): define(definition, operation.labels)
        case .startInstance(let service, let slot, let id, let template):
            try start(service, slot, id, template)
        case .stopInstance(let service, let id):
            services[service]?.instances.removeAll { $0.observed.id == id }
            rescheduled(service)
            note("instance \(id) gone")
        case .removeService(let name):
            services[name] = nil
            rescheduled(name)
        }
        return OperationResult(bindings: Self.bindings(operation.action))
    }

    /// What a later process needs to simulate the object again without reading its spec.
    private static func bindings(_ action: OperationAction) -> SortedMap<String> {
        guard case .defineService(let definition) = action else { return ["name": action.target] }
        return [
            "instances": definition.spec.mode.isJob ? "completed" : "running",
            "name": action.target, "replicas": "\(definition.replicas)", "template": definition.template.text,
        ]
    }

    private mutating func put(_ labels: OwnershipLabels, _ name: String) {
        objects.removeAll { $0.address == labels.address && $0.name == name }
        objects.append(ObservedObject(labels: labels, name: name))
    }

    private mutating func define(_ definition: ServiceDefinition, _ labels: OwnershipLabels) {
        let name = definition.resource.address.name
        var service = services[name] ?? Service(definition: definition, labels: labels)
        let previous = services[name]?.definition
        service.definition = definition
        service.labels = labels
        if options.nativeRollout { service.rollout = NativeRollout(previous: previous, policy: definition.update) }
        services[name] = service
        rescheduled(name)
        if options.nativeRollout { rollOn(name) }
    }

    private mutating func start(
        _ name: String,
        _ slot: Int,
        _ id: String,
        _ template: Fingerprint
    ) throws(DriverError) {
        guard let service = services[name] else { throw DriverError(.notFound, "there is no service \(name)") }
        guard service.definition.template == template else {
            throw DriverError(.conflict, "service \(name) was defined anew in the meantime")
        }
        guard !service.instances.contains(where: { $0.observed.id == id }) else { return }
        place(name, slot, id)
    }

    /// Puts an instance of the present definition on a node.
    mutating func place(_ name: String, _ slot: Int, _ id: String) {
        guard let definition = services[name]?.definition else { return }
        let rule = options.rules.last { $0.fits(service: name, template: definition.template, slot: slot) }
        var behaviour = rule?.behaviour ?? options.behaviour
        behaviour.startTime = varied(behaviour.startTime)
        behaviour.healthTime = varied(behaviour.healthTime)
        let observed = ObservedInstance(
            id: id,
            slot: slot,
            node: "node-\((slot + Int(options.seed % 97)) % max(1, options.nodes) + 1)",
            template: definition.template,
            phase: .pending
        )
        services[name]?.instances.append(SimulatedInstance(observed, behaviour, definition.spec, at: now))
        rescheduled(name)
        note("instance \(id) placed")
    }

    // MARK: - Looking

    package func observe(_ name: String) -> ObservedService? {
        guard let service = services[name] else { return nil }
        return ObservedService(
            labels: service.labels,
            template: service.definition.template,
            desiredReplicas: service.definition.replicas,
            instances: service.instances.map(\.observed).sorted { ($0.slot, $0.id) < ($1.slot, $1.id) },
            rollout: service.rollout?.state
        )
    }

    package func inventory() -> Inventory {
        let nodes = (1...max(1, options.nodes))
            .map { number in
                Node(
                    id: "node-\(number)",
                    hostname: "node-\(number)",
                    role: number == 1 ? .manager : .worker,
                    cpus: CPUCount(nanoCPUs: 8_000_000_000),
                    memory: ByteCount(bytes: 16 << 30)
                )
            }
        return Inventory(
            nodes: nodes,
            objects: objects.sorted { ($0.address, $0.name) < ($1.address, $1.name) },
            services: services.keys.sorted().compactMap(observe)
        )
    }
}
