import ResourceModel

/// A host port that a manifest wants.
package struct RequestedPort: Sendable, Hashable {
    package var address: String
    package var port: Int
    package var transport: TransportProtocol

    package init(address: String, port: Int, transport: TransportProtocol) {
        self.address = address
        self.port = port
        self.transport = transport
    }
}

extension ResourceGraph {
    /// The host ports that the services publish, and those that they need for their target ports.
    ///
    /// - Parameter address: Stands for the addresses on which the driver listens at target ports; nil: it does not.
    package func requestedPorts(targetsOn address: String?) -> [RequestedPort] {
        resources.flatMap { resource in
            (resource.spec.service?.ports ?? [])
                .flatMap { port -> [RequestedPort] in
                    let target = address.map {
                        RequestedPort(address: $0, port: port.target, transport: port.transport)
                    }
                    guard let published = port.published else { return target.map { [$0] } ?? [] }
                    return (target.map { [$0] } ?? [])
                        + (published.first...published.last)
                        .map {
                            RequestedPort(address: port.hostIP ?? "127.0.0.1", port: $0, transport: port.transport)
                        }
                }
        }
    }
}
