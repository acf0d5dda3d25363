import ResourceModel

extension LintRule {
    static let failuresTolerated = LintRule(
        "5009",
        "failures-tolerated",
        .rollout,
        .warning,
        "A rollout tolerates the failure of every instance, so what is to happen on failure never does.",
        why: "With a ratio of 1 no number of failures ends a rollout, so onFailure never happens.",
        remedy: "Set update.maxFailureRatio below 1, or leave it out: any failure then counts.",
        example: .service(
            fails: """
                image: shop/web:1
                update: {maxFailureRatio: 1, onFailure: rollback}
                healthcheck: {command: ['true-or-not']}
                """,
            passes: """
                image: shop/web:1
                update: {maxFailureRatio: 0.3, onFailure: rollback}
                healthcheck: {command: ['true-or-not']}
                """
        ),
        check: .services { service, _ in
            guard let update = service.update, update.maxFailureRatio >= 1, update.onFailure != .continue else {
                return []
            }
            return [
                LintFinding(
                    field: "update.maxFailureRatio",
                    "even if every new instance fails the rollout goes on",
                    help: "make it less than 1",
                    fix: .remove("update.maxFailureRatio")
                )
            ]
        }
    )
}
