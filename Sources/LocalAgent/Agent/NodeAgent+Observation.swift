import Glibc
import ResourceModel

extension NodeAgent {
    /// A service as it is now.
    package func observe(_ name: String) -> ObservedService? {
        guard let service = services[name], let labels = service.record.labels.labels else { return nil }
        let open = openConnections(of: name)
        let own = instances.values
            .filter { $0.record.service == name }
            .map { $0.observed(node: nodeName, openConnections: open[$0.record.id, default: 0]) }
            .sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
        return ObservedService(
            labels: labels,
            template: Fingerprint(text: service.record.template),
            desiredReplicas: service.record.replicas,
            instances: own,
            virtualAddress: service.record.virtualAddress,
            endpoints: endpoints(service),
            trouble: service.trouble
        )
    }

    /// Everything the agent keeps, and the machine.
    package func inventory(ports: [(address: String, port: Int, transport: TransportProtocol)]) -> Inventory {
        let observed = objects.values.compactMap { record in
            record.labels.labels.map { ObservedObject(labels: $0, name: record.name) }
        }
        return Inventory(
            nodes: [HostMachine.node(named: nodeName)],
            objects: observed.sorted { ($0.address, $0.name) < ($1.address, $1.name) },
            services: services.keys.sorted().compactMap(observe),
            occupiedPorts: occupied(ports)
        )
    }

    /// Those of the ports that a stranger holds: what this project listens on itself is in nobody's way.
    private func occupied(_ ports: [(address: String, port: Int, transport: TransportProtocol)]) -> [OccupiedPort] {
        struct Place: Hashable {
            var address: String
            var port: Int
            var transport: TransportProtocol
        }
        let own = Set(
            services.values.flatMap {
                $0.listeners.keys.map { Place(address: $0.address, port: $0.port, transport: $0.transport) }
            }
        )
        guard !ports.isEmpty else { return [] }
        let sockets = PortHolders.Sockets()
        return ports.compactMap { wanted in
            sockets.occupied(wanted.address, wanted.port, wanted.transport) {
                !own.contains(Place(address: $0, port: wanted.port, transport: wanted.transport))
            }
        }
    }

    /// An element each time the service may have changed, the first at once; changes in between are one.
    package func changes(of name: String) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        nextWatcher += 1
        let number = nextWatcher
        watchers[name, default: [:]][number] = continuation
        continuation.onTermination = { _ in
            Task { await self.forget(name, number) }
        }
        continuation.yield()
        return stream
    }

    private func forget(_ name: String, _ number: Int) {
        watchers[name]?[number] = nil
        if watchers[name]?.isEmpty == true { watchers[name] = nil }
    }

    /// The directory that an instance's output is kept in; nil when there is no such instance.
    package func logDirectory(_ id: String) -> String? {
        instances[id].map { directory.logs($0.record.id) }
    }
}
