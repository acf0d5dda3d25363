import ResourceModel
import SourceDiagnostics

/// Ports and addresses that two resources cannot both have.
extension Assembly {
    mutating func reportPorts() {
        var owners = PublishedPorts.Owners<PortEntry>()
        var clashes: [PortClash] = []
        for index in graph.resources.indices {
            guard case .service(let shared) = graph.resources[index].spec else { continue }
            for (position, port) in shared.value.ports.enumerated() {
                // A range leaves the choice to the driver, which takes a free one.
                guard let published = port.published, published.count == 1 else { continue }
                let entry = PortEntry(resource: index, position: position)
                guard let owner = owners.claim(port, published, by: entry), owner.resource != index else { continue }
                let last = clashes.indices.last
                if let last, clashes[last].goesOn(owner, entry, published.first, port) {
                    clashes[last].ports = PortRange(clashes[last].ports.first, published.first)
                } else {
                    clashes.append(PortClash(first: owner, second: entry, ports: published, port: port))
                }
            }
        }
        for clash in clashes { report(clash) }
    }

    /// One entry of the ports of one service.
    struct PortEntry {
        var resource: Int
        var position: Int
    }

    /// A run of ports that two services publish: ranges clash once, not port by port.
    private struct PortClash {
        var first: PortEntry
        var second: PortEntry
        var ports: PortRange
        var port: PortSpec

        func goesOn(_ first: PortEntry, _ second: PortEntry, _ number: Int, _ port: PortSpec) -> Bool {
            first.resource == self.first.resource && second.resource == self.second.resource
                && number == ports.last + 1 && port.transport == self.port.transport && port.mode == self.port.mode
        }
    }

    private mutating func report(_ clash: PortClash) {
        guard let left = graph.resources[clash.first.resource].spec.service?.ports[clash.first.position] else { return }
        let owner = graph.resources[clash.first.resource].address
        let other = graph.resources[clash.second.resource].address
        let bothOnNodes = left.mode == .host && clash.port.mode == .host
        let place = range(other, "ports[\(clash.second.position)].published")
        let subject = clash.ports.count == 1 ? "port \(clash.ports.text)" : "ports \(clash.ports.text)"
        diagnostics.append(
            Diagnostic(
                .portClash,
                severity: bothOnNodes ? .warning : .error,
                "the host's \(subject)/\(left.transport.rawValue) \(clash.ports.count == 1 ? "is" : "are") published"
                    + " by two services",
                at: place.map { Label($0, "published by Service `\(other.name)`") },
                secondary: range(owner, "ports[\(clash.first.position)].published")
                    .map { [Label($0, "also published by Service `\(owner.name)`")] } ?? [],
                help: bothOnNodes ? [Help("instances of both can never be on the same node")] : []
            )
        )
    }

    /// Published ports of services that nothing outside can reach, where the driver keeps to that.
    mutating func reportInternalPorts() {
        guard let capabilities, !capabilities.publishesFromInternalNetworks else { return }
        for resource in graph.resources {
            guard let service = resource.spec.service, !service.networks.isEmpty,
                let position = service.ports.firstIndex(where: { $0.published != nil })
            else { continue }
            let isInternal = service.networks.allSatisfy { attachment in
                guard case .network(let network)? = graph[ResourceAddress(.network, attachment.network)]?.spec else {
                    return false
                }
                return network.isInternal
            }
            guard isInternal, let first = service.networks.first else { continue }
            let network = ResourceAddress(.network, first.network)
            diagnostics.append(
                Diagnostic(
                    .unreachablePort,
                    severity: .warning,
                    "Service `\(resource.address.name)` publishes a port, but every network that it is on is internal",
                    at: range(resource.address, "ports[\(position)].published")
                        .map { Label($0, "nothing will listen here") },
                    secondary: range(network, "internal")
                        .map { [Label($0, "Network `\(network.name)` is internal")] } ?? [],
                    help: [Help("put the service on a network that is not internal, or leave the port unpublished")]
                )
            )
        }
    }

    mutating func reportSubnets() {
        var known: [(subnet: Subnet, resource: Int, field: String)] = []
        for index in graph.resources.indices where graph.resources[index].address.kind == .network {
            guard case .network(let spec) = graph.resources[index].spec else { continue }
            for (position, subnet) in (spec.ipam?.subnets ?? []).enumerated() {
                guard let range = Subnet(subnet.subnet) else { continue }
                known.append((range.masked, index, "ipam.subnets[\(position)].subnet"))
            }
        }
        // In the order of their first addresses, ranges overlap only with the widest one before them.
        known.sort { left, right in
            if left.subnet.address.bytes != right.subnet.address.bytes {
                return left.subnet.address.bytes.lexicographicallyPrecedes(right.subnet.address.bytes)
            }
            return left.subnet.prefix < right.subnet.prefix
        }
        var widest: (subnet: Subnet, resource: Int, field: String)?
        for entry in known {
            guard let before = widest, before.subnet.overlaps(entry.subnet) else {
                widest = entry
                continue
            }
            guard before.resource != entry.resource else { continue }
            let (one, two) = before.resource < entry.resource ? (before, entry) : (entry, before)
            let first = graph.resources[one.resource].address
            let second = graph.resources[two.resource].address
            diagnostics.append(
                Diagnostic(
                    .subnetOverlap,
                    "the addresses of Network `\(second.name)` overlap with those of Network `\(first.name)`",
                    at: range(second, two.field).map { Label($0) },
                    secondary: range(first, one.field).map { [Label($0, "the other range is here")] } ?? []
                )
            )
        }
    }
}
