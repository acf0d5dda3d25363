import ResourceModel

extension PlanCheck {
    /// Two services that publish one host port.
    static let sharedPort = PlanCheck(code: "OP3006") { context in
        guard !context.plan.options.destroy else { return [] }
        let claims = PortClaim.all(context.graph.resources).sorted { $0.key < $1.key }
        var findings: [PlanFinding] = []
        var group: [PortClaim] = []
        for claim in claims {
            if let first = group.first, first.port != claim.port || first.transport != claim.transport { group = [] }
            let other = group.first { $0.address != claim.address && HostAddress.overlap($0.hostIP, claim.hostIP) }
            if let other {
                findings.append(
                    PlanFinding(
                        code: "OP3006",
                        severity: .error,
                        address: claim.address,
                        message:
                            "\(claim.address) publishes port \(claim.port)/\(claim.transport.rawValue), and so does \(other.address)",
                        help: "give one of them another port, or another hostIP"
                    )
                )
            }
            group.append(claim)
        }
        return findings
    }
}

/// One host port that a service wants.
struct PortClaim: Sendable {
    var port: Int
    var transport: TransportProtocol
    var hostIP: String?
    var address: ResourceAddress

    var key: (Int, String, ResourceAddress) { (port, transport.rawValue, address) }

    static func all(_ resources: [Resource]) -> [PortClaim] {
        var claims: [PortClaim] = []
        for resource in resources {
            guard case .service(let shared) = resource.spec else { continue }
            claims += of(shared.value, resource.address)
        }
        return claims
    }

    static func of(_ spec: ServiceSpec, _ address: ResourceAddress) -> [PortClaim] {
        spec.ports.flatMap { port -> [PortClaim] in
            // Of a range the driver takes a port that is free, so two services can share one.
            guard let published = port.published, published.count == 1 || port.mode == .host else { return [] }
            return (published.first...published.last)
                .map {
                    PortClaim(port: $0, transport: port.transport, hostIP: port.hostIP, address: address)
                }
        }
    }
}
