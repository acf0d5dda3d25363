import ResourceModel

extension LintRule {
    static let sharedHostname = LintRule(
        "5066",
        "shared-hostname",
        .correctness,
        .warning,
        "All instances of a service have the same host name.",
        why: "What goes by its host name, such as a member of a cluster or a source of logs, takes the instances for "
            + "one.",
        remedy:
            "Remove hostname, or make it a template such as {{.Node.Hostname}}-{{.Task.Slot}} where the driver has them.",
        example: .service(
            fails: """
                image: shop/web:1
                replicas: 2
                hostname: web
                """,
            passes: """
                image: shop/web:1
                replicas: 2
                """
        ),
        check: .services { service, _ in
            guard let hostname = service.hostname, !hostname.contains("{{"),
                service.mode.isGlobal || service.replicas > 1
            else { return [] }
            return [
                LintFinding(
                    field: "hostname",
                    "all instances call themselves `\(hostname)`",
                    help: "remove it",
                    fix: .remove("hostname")
                )
            ]
        }
    )
}
