import ResourceModel

extension SimulatedCluster {
    /// The slots that a definition fills: of a global service the numbers of the nodes that may have it.
    func slots(of definition: ServiceDefinition) -> [Int] {
        definition.spec.mode.isGlobal
            ? definition.spec.eligibleNodes(options.clusterNodes) : Array(1..<max(1, definition.replicas + 1))
    }

    /// Puts an instance of the present definition on a node, or lets it wait for one.
    mutating func place(_ name: String, _ slot: Int, _ id: String) {
        guard let definition = services[name]?.definition else { return }
        var behaviour = behaviour(name, definition.template, slot)
        behaviour.startTime = varied(behaviour.startTime)
        behaviour.healthTime = varied(behaviour.healthTime)
        let observed = ObservedInstance(
            id: id,
            slot: slot,
            node: "",
            template: definition.template,
            phase: .pending,
            message: "no node may have it"
        )
        var instance = SimulatedInstance(observed, behaviour, definition.spec, at: now)
        instance.next = nil
        if let node = node(for: instance, name) { start(&instance, on: node) }
        services[name]?.instances.append(instance)
        rescheduled(name)
    }

    /// What the rules say of an instance.
    func behaviour(_ name: String, _ template: Fingerprint, _ slot: Int) -> InstanceBehaviour {
        options.rules.last { $0.fits(service: name, template: template, slot: slot) }?.behaviour ?? options.behaviour
    }

    /// Gives the instances that wait for a node one, as far as there are any that may have them.
    mutating func placeWaiting(_ name: String) {
        for index in services[name]?.instances.indices ?? 0..<0 {
            guard var instance = services[name]?.instances[index], instance.isWaiting,
                let node = node(for: instance, name)
            else { continue }
            start(&instance, on: node)
            services[name]?.instances[index] = instance
            rescheduled(name)
        }
    }

    private func node(for instance: SimulatedInstance, _ name: String) -> String? {
        let nodes = options.clusterNodes
        let slot = instance.observed.slot
        let offset = slot + Int(options.seed % 97)
        if instance.spec.placement == nil, !instance.spec.mode.isGlobal, nodes.allSatisfy(\.isReady) {
            return nodes[offset % nodes.count].hostname
        }
        let taken = services[name]?.instances.map(\.observed.node) ?? []
        return instance.spec.node(forSlot: slot, among: nodes, taken: taken, offset: offset)
            .map { nodes[$0 - 1].hostname }
    }

    private mutating func start(_ instance: inout SimulatedInstance, on node: String) {
        instance.observed.node = node
        instance.observed.message = nil
        instance.next = (now + instance.behaviour.startTime, .runs)
        note("instance \(instance.observed.id) placed")
    }
}

extension SimulatedInstance {
    /// Whether it waits for a node.
    fileprivate var isWaiting: Bool { observed.node.isEmpty && observed.phase == .pending }
}
