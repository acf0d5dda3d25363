import Glibc
import ResourceModel

extension NodeAgent {
    /// A service as it is now.
    package func observe(_ name: String) -> ObservedService? {
        guard let service = services[name], let labels = service.record.labels.labels else { return nil }
        let own = instances.values
            .filter { $0.record.service == name }
            .map { $0.observed(node: nodeName) }
            .sorted { ($0.slot, $0.id) < ($1.slot, $1.id) }
        return ObservedService(
            labels: labels,
            template: Fingerprint(text: service.record.template),
            desiredReplicas: service.record.replicas,
            instances: own,
            virtualAddress: service.record.virtualAddress
        )
    }

    /// Everything the agent keeps, and the machine.
    package func inventory(ports: [(address: String, port: Int, transport: TransportProtocol)]) -> Inventory {
        let observed = objects.values.compactMap { record in
            record.labels.labels.map { ObservedObject(labels: $0, name: record.name) }
        }
        let own = Set(services.values.flatMap { $0.listeners.keys.map { OwnPort(port: $0.port, address: $0.address) } })
        return Inventory(
            nodes: [node],
            objects: observed.sorted { ($0.address, $0.name) < ($1.address, $1.name) },
            services: services.keys.sorted().compactMap(observe),
            occupiedPorts: ports.compactMap { wanted in
                guard !own.contains(OwnPort(port: wanted.port, address: wanted.address)) else { return nil }
                return PortHolders.occupied(wanted.address, wanted.port, wanted.transport)
            }
        )
    }

    private struct OwnPort: Hashable {
        var port: Int
        var address: String
    }

    private var node: Node {
        let pages = Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        let processors = Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return Node(
            id: nodeName,
            hostname: nodeName,
            cpus: CPUCount(nanoCPUs: processors * 1_000_000_000),
            memory: ByteCount(bytes: pages)
        )
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
