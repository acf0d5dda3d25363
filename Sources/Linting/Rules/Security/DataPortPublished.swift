import ResourceModel

extension LintRule {
    /// Databases are asked by services, not by the world.
    static let dataPortPublished = LintRule(
        "5050",
        "data-port-published",
        .security,
        .warning,
        "A port that databases and engines listen on is published on all addresses.",
        remedy: "Let services reach it over a network, or publish it on 127.0.0.1.",
        example: .service(
            fails: """
                image: shop/db:1
                ports: ['5432:5432']
                healthcheck: {command: [check]}
                """,
            passes: """
                image: shop/db:1
                ports: ['127.0.0.1:5432:5432']
                healthcheck: {command: [check]}
                """
        ),
        check: .services { service, subject in
            // The local driver publishes on loopback unless it is told otherwise.
            let isOpen = { (port: PortSpec) in
                port.hostIP.map { !$0.hasPrefix("127.") && $0 != "::1" } ?? (subject.context.capabilities?.driver != "local")
            }
            return service.ports.enumerated().compactMap { index, port in
                guard port.published != nil, let what = WellKnownPort.data[port.target], isOpen(port) else { return nil }
                return LintFinding(field: "ports[\(index)]", "\(port.target) is the port of \(what), and everybody who reaches the node can connect", help: "use a network, or publish it on 127.0.0.1", fix: .unsafe(.write("hostIP", "127.0.0.1", of: "ports[\(index)]", short: .prefixed("127.0.0.1:", parts: 2))))
            }
        }
    )
}
