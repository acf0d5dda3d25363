import ResourceModel

extension NodeAgent {
    /// Where a service is to listen: on its own address for every target port, on the host's for published ones.
    static func wantedListeners(_ record: ServiceRecord) -> [ListenerKey] {
        let policy = record.spec.loadBalancing ?? .roundRobin
        var keys: [ListenerKey] = []
        for port in record.spec.ports {
            keys.append(
                ListenerKey(
                    address: record.virtualAddress,
                    port: port.target,
                    transport: port.transport,
                    target: port.target,
                    policy: policy
                )
            )
            if let published = port.published {
                keys.append(
                    ListenerKey(
                        address: port.hostIP ?? "127.0.0.1",
                        port: published.first,
                        transport: port.transport,
                        target: port.target,
                        policy: policy
                    )
                )
            }
        }
        return keys
    }

    /// Opens what is missing; on an error closes again what it opened, so that no half of a service listens.
    func openListeners(_ service: ServiceRuntime) async throws(AgentError) {
        var opened: [ListenerKey] = []
        for key in Self.wantedListeners(service.record) where service.listeners[key] == nil {
            // The same place with another policy or target is this service's own and has to go first.
            for other in service.listeners.keys
            where other.address == key.address && other.port == key.port && other.transport == key.transport {
                await closeListener(service, other)
            }
            do throws(LoadBalancerError) {
                service.listeners[key] = try await LoadBalancer(
                    listenAddress: key.address,
                    port: key.port,
                    transport: key.transport,
                    policy: key.policy
                )
                opened.append(key)
            } catch {
                for key in opened { await closeListener(service, key) }
                throw explain(error, key)
            }
        }
    }

    private func explain(_ error: LoadBalancerError, _ key: ListenerKey) -> AgentError {
        let place = "\(key.address):\(key.port)"
        switch error {
        case .addressInUse:
            let holder = PortHolders.occupied(key.address, key.port, key.transport)?.holder ?? "another process"
            return AgentError(
                .occupied,
                "port \(place) is taken by \(holder)",
                help: "stop it, or publish another port"
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

    func closeStaleListeners(_ service: ServiceRuntime) async {
        let wanted = Set(Self.wantedListeners(service.record))
        for key in service.listeners.keys where !wanted.contains(key) { await closeListener(service, key) }
    }

    func closeListener(_ service: ServiceRuntime, _ key: ListenerKey) async {
        await service.listeners.removeValue(forKey: key)?.close()
    }

    /// Names the healthy instances to the service's balancers.
    func refreshBackends(_ service: ServiceRuntime) {
        let healthy = instances.values
            .filter { $0.record.service == service.record.name && $0.machine.isHealthy }
            .sorted { ($0.record.slot, $0.record.id) < ($1.record.slot, $1.record.id) }
        for (key, balancer) in service.listeners {
            balancer.setBackends(
                healthy.compactMap { instance in
                    instance.record.ports.first { $0.target == key.target && $0.transport == key.transport }
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
