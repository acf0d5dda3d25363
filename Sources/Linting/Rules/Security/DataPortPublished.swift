import ResourceModel

extension LintOption {
    fileprivate static let except = LintOption(
        "data-port-published",
        "except",
        .words([]),
        "Ports of containers that may be published all the same."
    )
}

extension LintRule {
    static let dataPortPublished = LintRule(
        "5050",
        "data-port-published",
        .security,
        .warning,
        "A port that databases and engines listen on is published on all addresses.",
        why: "Published ports pass by many firewalls, and these programs often ask for no password. Databases are "
            + "asked by services, not by the world.",
        remedy: "Let services reach it over a network. Where it has to be published, publish it on 127.0.0.1 on one "
            + "machine; a swarm listens on every address of its nodes, so let a firewall decide who gets through.",
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
        options: [.except],
        check: .services { service, subject in
            // The local driver publishes on loopback unless it is told otherwise.
            let isOpen = { (port: PortSpec) in
                port.hostIP.map { !$0.hasPrefix("127.") && $0 != "::1" }
                    ?? (subject.context.capabilities?.driver != "local")
            }
            // A swarm has no addresses to choose from.
            let listensEverywhere = subject.context.capabilities?.driver == "swarm"
            return service.ports.enumerated()
                .compactMap { index, port in
                    guard port.published != nil, let what = WellKnownPort.data[port.target], isOpen(port),
                        !subject.context.words(.except).contains("\(port.target)")
                    else { return nil }
                    return LintFinding(
                        field: "ports",
                        at: index,
                        "\(port.target) is the port of \(what), and everybody who reaches the node can connect",
                        help: listensEverywhere
                            ? "let services reach it over a network, without `published`; or let a firewall keep others "
                                + "away, and add the port to `except` of the rule"
                            : "use a network, or publish it on 127.0.0.1",
                        fix: listensEverywhere
                            ? nil
                            : .unsafe(
                                .write(
                                    "hostIP",
                                    "127.0.0.1",
                                    of: "ports[\(index)]",
                                    short: .prefixed("127.0.0.1:", parts: 2)
                                )
                            )
                    )
                }
        }
    )
}
