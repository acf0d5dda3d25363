import ResourceModel

extension SimulatedCluster {
    /// What a cluster reports in which everything that is recorded is there, as recorded, and healthy.
    ///
    /// Reads bindings and never a spec, so that plans of many thousand services are about planning.
    static func inventory(of state: RecordedState, _ options: SimulationOptions) -> Inventory {
        var inventory = SimulatedCluster(options).inventory()
        for resource in state.resources {
            let labels = state.labels(of: resource)
            guard resource.address.kind == .service else {
                let names = [resource.objectName] + resource.retiredObjects
                inventory.objects += names.map { ObservedObject(labels: labels, name: $0) }
                continue
            }
            guard let template = resource.bindings["template"].flatMap({ Fingerprint(parsing: $0) }) else { continue }
            let replicas = resource.bindings["replicas"].flatMap { Int($0) } ?? 0
            let isJob = resource.bindings["instances"] == "completed"
            let slots = resource.bindings["slots"]
                .map { $0.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 } }
            let instances = (slots ?? Array(1..<max(1, replicas + 1)))
                .map { slot in
                    ObservedInstance(
                        id: "\(resource.address.name).\(slot).recorded",
                        slot: slot,
                        node: inventory.nodes[(slots == nil ? 0 : slot - 1) % inventory.nodes.count].hostname,
                        template: template,
                        phase: isJob ? .completed : .running,
                        isHealthy: !isJob
                    )
                }
            inventory.services.append(
                ObservedService(labels: labels, template: template, desiredReplicas: replicas, instances: instances)
            )
        }
        return inventory
    }

    /// Takes in everything that is recorded, so that it can be changed from here on.
    mutating func hold(_ state: RecordedState) {
        let reported = Self.inventory(of: state, options)
        objects += reported.objects
        let observed = Dictionary(reported.services.map { ($0.address, $0) }) { $1 }
        for record in state.resources {
            guard let service = observed[record.address], let resource = try? record.resource.decoded(Resource.self),
                let spec = resource.spec.service
            else { continue }
            let definition = ServiceDefinition(
                resource: resource,
                spec: spec,
                template: service.template,
                replicas: service.desiredReplicas,
                update: spec.effectiveUpdate,
                rollback: spec.effectiveRollback
            )
            var held = Service(definition: definition, labels: service.labels)
            held.instances = service.instances.map { SimulatedInstance(settled: $0, options.behaviour, spec) }
            services[record.address.name] = held
        }
    }
}

extension SimulatedInstance {
    /// An instance that has nothing before it.
    fileprivate init(settled observed: ObservedInstance, _ behaviour: InstanceBehaviour, _ spec: ServiceSpec) {
        self.init(observed, behaviour, spec, at: .zero)
        next = nil
    }
}

extension RecordedState {
    fileprivate func labels(of resource: RecordedResource) -> OwnershipLabels {
        OwnershipLabels(
            project: project,
            address: resource.address,
            fingerprint: resource.fingerprint,
            operation: "recorded"
        )
    }
}
