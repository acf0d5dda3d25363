import ResourceModel

extension ServiceCheck {
    /// A published port that something outside the project holds.
    static let occupiedPort = ServiceCheck(code: "OP3005") { service, context in
        guard !context.inventory.occupiedPorts.isEmpty else { return [] }
        return service.spec.ports.flatMap { port -> [PlanFinding] in
            guard let published = port.published else { return [] }
            return context.inventory.occupiedPorts.compactMap { taken in
                guard (published.first...published.last).contains(taken.port), taken.transport == port.transport,
                    HostAddress.overlap(port.hostIP, taken.address)
                else { return nil }
                return PlanFinding(
                    code: "OP3005",
                    severity: .error,
                    address: service.step.address,
                    message:
                        "\(service.step.address) publishes port \(taken.port)/\(taken.transport.rawValue), which is held by \(taken.holder ?? "another process")",
                    help: "stop what holds it, or publish another port"
                )
            }
        }
    }
}

/// Host addresses that a port can listen on.
enum HostAddress {
    /// Whether two listeners meet: on the same address, or one of them on all.
    static func overlap(_ first: String?, _ second: String?) -> Bool {
        guard let first, let second else { return true }
        return first == second || isWildcard(first) || isWildcard(second)
    }

    private static func isWildcard(_ address: String) -> Bool {
        address.isEmpty || address == "0.0.0.0" || address == "::"
    }
}
