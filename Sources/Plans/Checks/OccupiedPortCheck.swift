import ResourceModel

extension ServiceCheck {
    /// A published port that something outside the project holds.
    static let occupiedPort = ServiceCheck(code: "OP3005") { service, context in
        guard !context.inventory.occupiedPorts.isEmpty else { return [] }
        let targets = context.capabilities.serviceAddress.map { context.inventory.heldTargets(service, $0) } ?? []
        return targets
            + service.spec.ports.flatMap { port -> [PlanFinding] in
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

    static func isWildcard(_ address: String) -> Bool {
        address.isEmpty || address == "0.0.0.0" || address == "::"
    }
}

extension Inventory {
    /// Target ports that a listener on all addresses keeps from the service's own address.
    fileprivate func heldTargets(_ service: CheckedService, _ address: String) -> [PlanFinding] {
        occupiedPorts.compactMap { taken in
            guard HostAddress.isWildcard(taken.address),
                let port = service.spec.ports.first(where: {
                    $0.target == taken.port && $0.transport == taken.transport
                }),
                // Said once where the same port is published.
                port.published.map({ ($0.first...$0.last).contains(taken.port) }) != true
            else { return nil }
            return PlanFinding(
                code: "OP3005",
                severity: .error,
                address: service.step.address,
                message: "\(service.step.address) offers port \(taken.port)/\(taken.transport.rawValue), which"
                    + " \(taken.holder ?? "another process") holds on all addresses",
                help: "stop what holds it, make it listen on 127.0.0.1 only, or use another target port"
            )
        }
    }

    /// How many ports of a range nobody outside holds.
    fileprivate func freePorts(_ port: PortSpec, _ range: PortRange) -> Int {
        let taken = occupiedPorts.filter {
            (range.first...range.last).contains($0.port) && $0.transport == port.transport
                && HostAddress.overlap(port.hostIP, $0.address)
        }
        return range.count - Set(taken.map(\.port)).count
    }
}
