import ResourceModel

extension ServiceCheck {
    /// A published port that something outside the project holds.
    static let occupiedPort = ServiceCheck(code: "OP3005") { service, context in
        guard !context.inventory.occupiedPorts.isEmpty else { return [] }
        return service.spec.ports.flatMap { port -> [PlanFinding] in
            guard let published = port.published else { return [] }
            // Of a range the driver takes a port that is free.
            if port.mode == .ingress, published.count > 1, context.inventory.freePorts(port, published) > 0 {
                return []
            }
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

extension Inventory {
    /// How many ports of a range nobody outside holds.
    fileprivate func freePorts(_ port: PortSpec, _ range: PortRange) -> Int {
        let taken = occupiedPorts.filter {
            (range.first...range.last).contains($0.port) && $0.transport == port.transport
                && HostAddress.overlap(port.hostIP, $0.address)
        }
        return range.count - Set(taken.map(\.port)).count
    }
}
