import ResourceModel

extension ServiceCheck {
    /// A port that whoever applies may not listen on: every target port is listened on, published or not.
    static let privilegedPort = ServiceCheck(code: "OP3014") { service, context in
        let lowest = context.capabilities.lowestPort
        return service.spec.ports.flatMap { port -> [PlanFinding] in
            var findings: [PlanFinding] = []
            func find(_ number: Int, _ what: String, _ field: String) {
                guard number > 0, number < lowest else { return }
                findings.append(
                    PlanFinding(
                        code: "OP3014",
                        severity: .error,
                        address: service.step.address,
                        message:
                            "\(service.step.address) \(what) port \(number)/\(port.transport.rawValue), which only root may listen on",
                        help:
                            "set its `\(field)` to \(lowest) or more, or let everybody have the port: sysctl net.ipv4.ip_unprivileged_port_start=\(number)"
                    )
                )
            }
            find(port.target, "has the target", "target")
            if let published = port.published { find(published.first, "publishes", "published") }
            return findings
        }
    }
}
