import ResourceModel

extension LintRule {
    static let remoteShell = LintRule(
        "5051",
        "remote-shell",
        .security,
        .note,
        "A service publishes the port of a remote shell.",
        why: "A shell in a container is a second way in, with keys and updates that nobody looks after.",
        remedy: "Use the engine's own exec, or ssh to the node.",
        example: .service(
            fails: """
                image: shop/web:1
                ports: ['2222:22']
                healthcheck: {command: [check]}
                """,
            passes: """
                image: shop/web:1
                ports: ['8443:443']
                healthcheck: {command: [check]}
                """
        ),
        check: .services { service, _ in
            service.ports.enumerated()
                .compactMap { index, port in
                    guard port.published != nil, [22, 23, 513, 514].contains(port.target), port.transport == .tcp else {
                        return nil
                    }
                    return LintFinding(
                        field: "ports",
                        at: index,
                        "\(port.target) is the port of a remote shell",
                        help: "do not publish it"
                    )
                }
        }
    )
}
