import ResourceModel

extension LintRule {
    static let engineSocket = LintRule(
        "5043",
        "engine-socket",
        .security,
        .warning,
        "A service is given the engine's socket, and with it the whole node, read-only or not.",
        why: "Whoever may talk to the engine may start a container that is root on the node. Read-only does not "
            + "help: a socket is not written to as a file.",
        remedy: "Use a proxy that lets through the calls that it needs only.",
        example: .service(
            fails: """
                image: shop/agent:1
                mode: global
                mounts: ['/var/run/docker.sock:/var/run/docker.sock:ro']
                """,
            passes: """
                image: shop/agent:1
                mode: global
                environment: {DOCKER_HOST: 'tcp://socket-proxy:2375'}
                """
        ),
        check: .services { service, _ in
            service.mounts.enumerated()
                .compactMap { index, mount in
                    guard mount.type == .bind, let source = mount.source, HostPath(source).isEngineSocket else {
                        return nil
                    }
                    return LintFinding(
                        field: "mounts",
                        at: index,
                        "whoever breaks into it owns the cluster: read-only does not help with a socket",
                        help: "use a proxy that lets through what it needs"
                    )
                }
        }
    )
}
