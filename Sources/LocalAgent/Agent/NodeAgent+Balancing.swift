import ResourceModel

extension NodeAgent {
    /// Where a service is to listen: on its own address for every target port, on the host's for published ones, and
    /// on each instance's address for that instance.
    func wantedListeners(_ service: ServiceRuntime) -> [ListenerKey] {
        let own = instances.values
            .filter { $0.record.service == service.record.name }
            .sorted { ($0.record.slot, $0.record.id) < ($1.record.slot, $1.record.id) }
            .map {
                WantedListeners.Instance(
                    id: $0.record.id,
                    slot: $0.record.slot,
                    address: $0.record.address,
                    ports: $0.record.ports
                )
            }
        return WantedListeners.of(service.record, own, publishes: publishes(service.record.spec))
    }

    /// Whether a service's published ports are opened: not when all networks that it is on are internal.
    private func publishes(_ spec: ServiceSpec) -> Bool {
        guard !spec.networks.isEmpty, spec.ports.contains(where: { $0.published != nil }) else { return true }
        let attached = Set(spec.networks.map(\.network))
        let isInternal = objects.values
            .filter { record in
                guard record.kind == ResourceKind.network.rawValue, let name = record.labels.labels?.address.name,
                    attached.contains(name), case .network(let network)? = record.decodedSpec
                else { return false }
                return network.isInternal
            }
        return Set(isInternal.compactMap { $0.labels.labels?.address.name }) != attached
    }

    /// Opens what is missing; on an error closes again what it opened, so that no half of a service listens.
    func openListeners(_ service: ServiceRuntime) async throws(AgentError) {
        try await changingListeners(service) { () async throws(AgentError) in
            try self.choosePorts(service)
            var opened: [ListenerKey] = []
            do throws(AgentError) {
                for key in self.wantedListeners(service) where service.listeners[key] == nil {
                    try await self.open(key, service)
                    opened.append(key)
                }
            } catch {
                for key in opened { await self.closeListener(service, key) }
                throw error
            }
        }
    }

    /// Opens what can be opened and closes what is no longer wanted; what stands in the way is told of once.
    func repairListeners(_ service: ServiceRuntime) async {
        await changingListeners(service) {
            guard self.services[service.record.name] === service else { return }
            var trouble: String?
            do throws(AgentError) { try self.choosePorts(service) } catch { trouble = error.message }
            let wanted = self.wantedListeners(service)
            for key in service.listeners.keys where !wanted.contains(key) { await self.closeListener(service, key) }
            for key in wanted where service.listeners[key] == nil {
                do throws(AgentError) { try await self.open(key, service) } catch {
                    trouble = trouble ?? error.message
                }
            }
            self.refreshBackends(service)
            guard trouble != service.trouble else { return }
            service.trouble = trouble
            self.note("service/\(service.record.name)", trouble ?? "listens everywhere again")
            self.publish(service.record.name)
        }
    }

    /// One after the other for each service: two that open the same port would be strangers to each other.
    func changingListeners<Failure: Error>(
        _ service: ServiceRuntime,
        _ body: () async throws(Failure) -> Void
    ) async throws(Failure) {
        try await exclusively("listeners of \(service.record.name)", body)
    }

    private func open(_ key: ListenerKey, _ service: ServiceRuntime) async throws(AgentError) {
        // The same place with another target is this service's own and has to go first.
        for other in service.listeners.keys where other.isAt(key) { await closeListener(service, other) }
        // A service that is just being defined is not among the others yet.
        let all = services.values.filter { $0 !== service } + [service]
        let beside = all.flatMap(\.listeners).filter { $0.key.meets(key) && !$0.key.isAt(key) }.map(\.value)
        do throws(LoadBalancerError) {
            service.listeners[key] = try await exclusively(beside.isEmpty ? "\(key)" : "ports beside own ones") {
                () async throws(LoadBalancerError) in
                try await LoadBalancer(
                    listenAddress: key.address,
                    port: key.port,
                    transport: key.transport,
                    beside: beside
                )
            }
        } catch {
            throw explain(error, key)
        }
    }

    private func explain(_ error: LoadBalancerError, _ key: ListenerKey) -> AgentError {
        let place = "\(key.address):\(key.port)/\(key.transport.rawValue)"
        switch error {
        case .addressInUse:
            let holder = PortHolders.occupied(key.address, key.port, key.transport)?.holder ?? "another process"
            let isOwn = key.address.hasPrefix("127.77.") || key.address.hasPrefix("127.78.")
            return AgentError(
                .occupied,
                "port \(place) is taken by \(holder)",
                help: isOwn
                    ? "stop it, make it listen on 127.0.0.1 only, or give the service another target port"
                    : "stop it, or publish another port"
            )
        case .notPermitted:
            return AgentError(
                .environment,
                "port \(place) may be opened by root only",
                help: "use a port from 1024 upwards, or lower net.ipv4.ip_unprivileged_port_start"
            )
        default: return AgentError(.environment, error.description)
        }
    }

    func closeListener(_ service: ServiceRuntime, _ key: ListenerKey) async {
        await service.listeners.removeValue(forKey: key)?.close()
    }

    /// Opens and closes what a network decides about, on which a service is.
    func refreshListeners(onNetwork name: String) async {
        for service in services.values where service.record.spec.networks.contains(where: { $0.network == name }) {
            await repairListeners(service)
        }
    }

    /// Names the healthy instances to the service's balancers.
    func refreshBackends(_ service: ServiceRuntime) {
        let healthy = instances.values
            .filter { $0.record.service == service.record.name && $0.machine.isHealthy }
            .sorted { ($0.record.slot, $0.record.id) < ($1.record.slot, $1.record.id) }
        for (key, balancer) in service.listeners {
            balancer.setPolicy(service.record.spec.loadBalancing ?? .roundRobin)
            balancer.setBackends(
                healthy.compactMap { instance in
                    guard key.scope.includes(slot: instance.record.slot, id: instance.record.id) else { return nil }
                    return instance.record.ports.first { $0.target == key.target && $0.transport == key.transport }
                        .map { Backend(id: instance.record.id, address: "127.0.0.1", port: $0.port) }
                }
            )
        }
    }

    /// The open connections (UDP: flows) of every instance of a service, by the instances' ids.
    ///
    /// Summed over everything that the service listens on, at this moment. Instances without any are left out; one
    /// that was stopped is named as long as a connection to it is still open. The same figures are in `observe`, the
    /// inventory and the watch; a connection that opens or ends is no change that a watch tells of by itself.
    package func openConnections(of service: String) -> [String: Int] {
        guard let listeners = services[service]?.listeners.values else { return [:] }
        return listeners.reduce(into: [:]) { sum, balancer in
            sum.merge(balancer.openConnections.filter { $0.value > 0 }, uniquingKeysWith: +)
        }
    }

    /// Where a service listens for others, each instance's own address left out.
    func endpoints(_ service: ServiceRuntime) -> [ServiceEndpoint] {
        wantedListeners(service)
            .filter { key in
                if case .instance = key.scope { return false }
                return service.listeners[key] != nil
            }
            .map {
                ServiceEndpoint(
                    address: $0.address,
                    port: $0.port,
                    transport: $0.transport,
                    target: $0.target,
                    isPublished: $0.address != service.record.virtualAddress
                )
            }
    }

    /// Waits for an instance's open connections to end.
    func drain(_ instance: InstanceRuntime, _ deadline: Duration) async {
        guard deadline > .zero, let service = services[instance.record.service] else { return }
        let id = instance.record.id
        let balancers = Array(service.listeners.values)
        await withTaskGroup(of: Void.self) { group in
            for balancer in balancers { group.addTask { await balancer.drain(id, deadline: deadline) } }
        }
    }
}
