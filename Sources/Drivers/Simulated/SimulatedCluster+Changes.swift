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
            let user = services.values.lazy.flatMap(\.instances).filter { $0.uses(name) }.map(\.observed.id).min()
            if let user { throw DriverError(.inUse, "\(name) is in use by \(user)") }
            objects.removeAll { $0.address == address && $0.name == name }
        case .defineService(let definition): define(definition, operation.labels)
        case .startInstance(let service, let slot, let id, let template):
            try start(service, slot, id, template)
        case .stopInstance(let service, let id):
            services[service]?.instances.removeAll { $0.observed.id == id }
            rescheduled(service)
            note("instance \(id) gone")
            placeWaiting(service)
        case .removeService(let name):
            services[name] = nil
            rescheduled(name)
        }
        return OperationResult(bindings: bindings(operation.action))
    }

    /// What a later process needs to simulate the object again without reading its spec.
    private func bindings(_ action: OperationAction) -> SortedMap<String> {
        guard case .defineService(let definition) = action else { return ["name": action.target] }
        var bindings: SortedMap<String> = [
            "instances": definition.spec.mode.isJob ? "completed" : "running",
            "name": action.target, "replicas": "\(definition.replicas)", "template": definition.template.text,
        ]
        if definition.spec.mode.isGlobal {
            bindings["slots"] = slots(of: definition).map(String.init).joined(separator: ",")
        }
        return bindings
    }

    private mutating func put(_ labels: OwnershipLabels, _ name: String) {
        objects.removeAll { $0.address == labels.address && $0.name == name }
        objects.append(ObservedObject(labels: labels, name: name))
    }

    private mutating func define(_ definition: ServiceDefinition, _ labels: OwnershipLabels) {
        let name = definition.resource.address.name
        var service = services[name] ?? Service(definition: definition, labels: labels)
        let previous = services[name].map { ($0.definition, $0.labels) }
        service.definition = definition
        service.labels = labels
        if options.nativeRollout {
            service.rollout = NativeRollout(previous: previous, policy: definition.update)
            // What has failed for good is tried once more.
            service.instances.removeAll { $0.observed.phase == .failed }
        }
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
        Inventory(
            nodes: options.clusterNodes,
            objects: objects.sorted { ($0.address, $0.name) < ($1.address, $1.name) },
            services: services.keys.sorted().compactMap(observe)
        )
    }
}
