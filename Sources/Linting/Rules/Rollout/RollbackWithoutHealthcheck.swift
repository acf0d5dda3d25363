import ResourceModel

extension LintRule {
    static let rollbackWithoutHealthcheck = LintRule(
        "5002",
        "rollback-without-healthcheck",
        .rollout,
        .warning,
        "A service is to be rolled back on failure, but has no health check that tells one.",
        why: "Without a check only a crash counts as a failure. A new version that starts and answers nothing but "
            + "errors is never rolled back.",
        remedy: "Give the service a healthcheck, so that a bad version is noticed before the old one is gone.",
        example: .service(
            fails: """
                image: shop/web:1
                update: {onFailure: rollback}
                """,
            passes: """
                image: shop/web:1
                healthcheck: {command: [wget, -q, -O, /dev/null, 'http://127.0.0.1/']}
                update: {onFailure: rollback}
                """
        ),
        check: .services { service, _ in
            guard service.update?.onFailure == .rollback, service.readinessProbe == nil, !service.mode.isJob else {
                return []
            }
            return [
                LintFinding(
                    field: "update.onFailure",
                    "a failed rollout is rolled back, but only a crash counts as one: there is no health check",
                    help: "add a `healthcheck`"
                )
            ]
        }
    )
}
