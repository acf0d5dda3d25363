import ResourceModel
import SourceDiagnostics

/// Ports and addresses that two resources cannot both have.
extension Assembly {
    mutating func reportPorts() {
        // One slot for each port of each transport: the first service that publishes it.
        var owners = [Int32](repeating: 0, count: 2 << 16)
        var entries: [(resource: Int, port: Int)] = []
        for index in graph.resources.indices {
            guard case .service(let service) = graph.resources[index].spec, !service.ports.isEmpty else { continue }
            let ports = service.ports
            for position in ports.indices {
                // A range leaves the choice to the driver, which takes a free one.
                guard let published = ports[position].published, published.count == 1 else { continue }
                let slot = published.first << 1 | (ports[position].transport == .udp ? 1 : 0)
                entries.append((index, position))
                if owners[slot] == 0 {
                    owners[slot] = Int32(entries.count)
                } else {
                    let owner = entries[Int(owners[slot]) - 1]
                    clash(owner, (index, position))
                }
            }
        }
    }

    private mutating func clash(_ first: (resource: Int, port: Int), _ second: (resource: Int, port: Int)) {
        guard first.resource != second.resource,
            let left = graph.resources[first.resource].spec.service?.ports[first.port],
            let right = graph.resources[second.resource].spec.service?.ports[second.port],
            PublishedPorts.addressesMeet(left.hostIP, right.hostIP), let published = left.published
        else { return }
        let owner = graph.resources[first.resource].address
        let other = graph.resources[second.resource].address
        let bothOnNodes = left.mode == .host && right.mode == .host
        let place = range(other, "ports[\(second.port)].published")
        diagnostics.append(
            Diagnostic(
                .portClash,
                severity: bothOnNodes ? .warning : .error,
                "the host's port \(published.text)/\(left.transport.rawValue) is published by two services",
                at: place.map { Label($0, "published by Service `\(other.name)`") },
                secondary: range(owner, "ports[\(first.port)].published")
                    .map { [Label($0, "also published by Service `\(owner.name)`")] } ?? [],
                help: bothOnNodes ? [Help("instances of both can never be on the same node")] : []
            )
        )
    }

    mutating func reportSubnets() {
        var known: [(subnet: Subnet, resource: Int, field: String)] = []
        for (index, resource) in graph.resources.enumerated() {
            guard case .network(let spec) = resource.spec else { continue }
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
