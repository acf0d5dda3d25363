import ResourceModel

/// Where a service is reached on one of its ports.
package struct ServicePort: Sendable, Hashable {
    package var name: String?
    package var target: Int
    package var transport: TransportProtocol
    /// From other services: `web:8000`.
    package var inside: String
    /// From outside: `127.0.0.1:80`; nil: not published.
    package var outside: String?

    /// - Parameter observed: What listens for the service; empty: the driver does not say.
    package init(_ port: PortSpec, service: String, hostAddress: String, observed: [ServiceEndpoint] = []) {
        let suffix = port.transport == .udp ? "/udp" : ""
        name = port.name
        target = port.target
        transport = port.transport
        inside = "\(service):\(port.target)\(suffix)"
        // Where the driver says what it listens on: it may have chosen from a range, or not publish.
        let told = observed.filter {
            $0.isPublished && $0.target == port.target && $0.transport == port.transport
                && port.published.map { $0.first...$0.last }?.contains($0.port) == true
        }
        if observed.isEmpty {
            outside = port.published.map { Self.text(port.hostIP ?? hostAddress, $0.text, suffix) }
        } else {
            outside =
                told.isEmpty ? nil : told.map { Self.text($0.address, "\($0.port)", suffix) }.joined(separator: ", ")
        }
    }

    /// An IPv6 address has colons of its own.
    private static func text(_ host: String, _ port: String, _ suffix: String) -> String {
        "\(host.contains(":") ? "[\(host)]" : host):\(port)\(suffix)"
    }
}

extension ServiceStatus {
    /// Published ports from outside, others on the service's own address, where it has one.
    package var endpoints: [String] {
        ports.compactMap { port in
            port.outside
                ?? virtualAddress.map { "\($0):\(port.target)\(port.transport == .udp ? "/udp" : "")" }
        }
    }
}
