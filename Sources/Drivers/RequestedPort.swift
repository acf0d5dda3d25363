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
    /// The host ports that the services publish.
    package var requestedPorts: [RequestedPort] {
        resources.flatMap { resource in
            (resource.spec.service?.ports ?? [])
                .flatMap { port in
                    guard let published = port.published else { return [RequestedPort]() }
                    return (published.first...published.last)
                        .map {
                            RequestedPort(address: port.hostIP ?? "127.0.0.1", port: $0, transport: port.transport)
                        }
                }
        }
    }
}
