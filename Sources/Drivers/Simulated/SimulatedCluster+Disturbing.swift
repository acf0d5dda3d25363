import ResourceModel

/// What happens to a cluster that no operation asked for: people, machines and processes have a life of their own.
extension SimulatedCluster {
    /// Puts an object into the cluster that somebody else made.
    package mutating func plant(_ object: ObservedObject) {
        objects.append(object)
        noticed()
    }

    /// Puts a service into the cluster that somebody else made; its instances come up by themselves.
    package mutating func plant(_ definition: ServiceDefinition, _ labels: OwnershipLabels) {
        let name = definition.resource.address.name
        services[name] = Service(definition: definition, labels: labels)
        rescheduled(name)
        for slot in slots(of: definition) { place(name, slot, "\(name).\(slot).planted") }
    }

    /// The process of an instance ends with status 137, as if somebody had killed it.
    ///
    /// - Returns: Whether there was one to kill.
    package mutating func crash(instance id: String, of name: String) -> Bool {
        guard let index = services[name]?.instances.firstIndex(where: { $0.observed.id == id }) else { return false }
        switch services[name]?.instances[index].observed.phase {
        case .starting?, .running?: break
        default: return false
        }
        services[name]?.instances[index].next = (now, .ends(status: 137))
        rescheduled(name)
        return true
    }

    /// A node leaves or comes back; what ran on one that leaves is lost.
    package mutating func setReady(node index: Int, _ isReady: Bool) {
        var members = options.clusterNodes
        guard members.indices.contains(index), members[index].isReady != isReady else { return }
        members[index].isReady = isReady
        options.members = members
        noticed()
        for name in services.keys.sorted() {
            if !isReady { lose(everythingOn: members[index].hostname, of: name) }
            replaceLost(name)
            placeWaiting(name)
        }
    }

    private mutating func lose(everythingOn node: String, of name: String) {
        guard var service = services[name] else { return }
        if options.nativeRollout {
            service.instances.removeAll { $0.observed.node == node && $0.observed.phase != .completed }
        } else {
            for index in service.instances.indices where service.instances[index].observed.node == node {
                guard service.instances[index].observed.phase != .completed else { continue }
                service.instances[index].observed.phase = .failed
                service.instances[index].observed.isHealthy = false
                service.instances[index].observed.message = "its node left"
                service.instances[index].next = nil
            }
        }
        services[name] = service
        rescheduled(name)
    }

    /// A cluster with rollouts of its own keeps as many instances as it was told.
    private mutating func replaceLost(_ name: String) {
        guard options.nativeRollout, let service = services[name], !service.definition.spec.mode.isJob else { return }
        guard service.rollout?.isOver ?? true else { return rollOn(name) }
        let slots = slots(of: service.definition)
        services[name]?.instances.removeAll { !slots.contains($0.observed.slot) || $0.observed.phase == .failed }
        rescheduled(name)
        let taken = Set(services[name]?.instances.map(\.observed.slot) ?? [])
        for slot in slots where !taken.contains(slot) { place(name, slot, "\(name).\(slot).again\(version)") }
    }

    /// Somebody removes an object by hand.
    package mutating func takeAway(_ address: ResourceAddress, name: String) {
        objects.removeAll { $0.address == address && $0.name == name }
        noticed()
    }

    /// Somebody removes a service by hand.
    package mutating func takeAway(service name: String) {
        services[name] = nil
        rescheduled(name)
    }

    /// Somebody removes an instance by hand.
    package mutating func takeAway(instance id: String, of name: String) {
        services[name]?.instances.removeAll { $0.observed.id == id }
        rescheduled(name)
        replaceLost(name)
    }

    /// Somebody tells the cluster another number of instances by hand.
    package mutating func scale(service name: String, to count: Int) {
        guard let service = services[name], !service.definition.spec.mode.isGlobal else { return }
        services[name]?.definition.replicas = count
        rescheduled(name)
        replaceLost(name)
    }

    /// Ends everything that goes wrong: nodes are back, and instances behave as these rules say from now on.
    package mutating func heal(rules: [BehaviourRule]) {
        options.rules = rules
        options.faults = []
        options.behaviour = InstanceBehaviour()
        for index in options.members.indices { setReady(node: index, true) }
        for name in services.keys.sorted() {
            guard var service = services[name] else { continue }
            for index in service.instances.indices {
                let instance = service.instances[index].observed
                service.instances[index]
                    .heal(behaviour(name, instance.template, instance.slot), at: now)
            }
            services[name] = service
            rescheduled(name)
            replaceLost(name)
            placeWaiting(name)
        }
    }
}

extension SimulatedInstance {
    fileprivate mutating func heal(_ course: InstanceBehaviour, at now: Duration) {
        behaviour = course
        guard !observed.node.isEmpty else { return }
        let isStuck = observed.phase == .starting && next == nil
        guard observed.phase == .running || isStuck else { return }
        next = nil
        if spec.readinessProbe != nil, !observed.isHealthy {
            next = (now + behaviour.healthTime, .becomesHealthy)
        } else if case .ends(let status, let after, _) = course.course {
            next = (now + after, .ends(status: status))
        }
    }
}
