import ResourceModel

extension LintRule {
    static let hostPortReplicas = LintRule(
        "5031",
        "host-port-replicas",
        .scheduling,
        .note,
        "A service of several instances publishes a port of the host, so every node can run one of them only.",
        why: "A port of a node is for one instance on it. With fewer nodes than replicas some never start, and an "
            + "update that starts first cannot go on.",
        remedy: "Publish by mode: ingress, make the service global, or have at least as many nodes as replicas.",
        example: .service(
            fails: """
                image: shop/web:1
                replicas: 3
                ports: [{target: 80, published: 8080, mode: host}]
                healthcheck: {command: [check]}
                """,
            passes: """
                image: shop/web:1
                mode: global
                ports: [{target: 80, published: 8080, mode: host}]
                healthcheck: {command: [check]}
                """
        ),
        check: .services { service, subject in
            guard service.mode == .replicated, service.replicas > 1, subject.context.capabilities?.driver != "local"
            else { return [] }
            return service.ports.enumerated()
                .compactMap { index, port in
                    guard port.mode == .host, let published = port.published, published.count < service.replicas else {
                        return nil
                    }
                    return LintFinding(
                        field: "ports[\(index)].mode",
                        "\(service.replicas) instances need as many nodes: each takes port \(published.text) of its own",
                        help: "write `mode: ingress`, or make the service global",
                        fix: .set("ports[\(index)].mode", "ingress")
                    )
                }
        }
    )
}
