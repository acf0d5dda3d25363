import ResourceModel

extension LintRule {
    static let unwatchedUpdate = LintRule(
        "5011",
        "unwatched-update",
        .rollout,
        .warning,
        "New instances are not watched, so one that ends a moment after its start counts as good.",
        why: "A version that ends a second after its start has then replaced every instance.",
        remedy: "Set update.monitor to as long as a bad version takes to fail, or give the service a healthcheck.",
        example: .service(
            fails: """
                image: shop/web:1
                update: {monitor: 0s}
                """,
            passes: """
                image: shop/web:1
                update: {monitor: 10s}
                """
        ),
        check: .services { service, _ in
            guard let update = service.update, update.monitor == .zero, service.readinessProbe == nil,
                !service.mode.isJob
            else { return [] }
            return [
                LintFinding(
                    field: "update.monitor",
                    "a new instance counts as good the moment it runs: nothing watches it",
                    help: "write a time, or a `healthcheck`",
                    fix: .remove("update.monitor")
                )
            ]
        }
    )
}
