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

    package init(_ port: PortSpec, service: String, hostAddress: String) {
        let suffix = port.transport == .udp ? "/udp" : ""
        name = port.name
        target = port.target
        transport = port.transport
        inside = "\(service):\(port.target)\(suffix)"
        outside = port.published.map { published in
            let host = port.hostIP ?? hostAddress
            // An IPv6 address has colons of its own.
            return "\(host.contains(":") ? "[\(host)]" : host):\(published.text)\(suffix)"
        }
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
