import ResourceModel

extension LintRule {
    static let jobUpdatePolicy = LintRule(
        "5013",
        "job-update-policy",
        .rollout,
        .warning,
        "A job has an update policy, which nothing follows.",
        why: "A job has no instances to be replaced in batches: when it changes it runs anew. Whoever reads the "
            + "policy expects something that never happens.",
        remedy: "Remove update and rollback: a changed job simply runs anew.",
        example: .service(
            fails: """
                image: shop/migrate:1
                mode: replicatedJob
                update: {batch: 2}
                """,
            passes: """
                image: shop/migrate:1
                mode: replicatedJob
                """
        ),
        check: .services { service, _ in
            guard service.mode.isJob else { return [] }
            let fields = [("update", service.update), ("rollback", service.rollback)]
            return fields.filter { $0.1 != nil }
                .map {
                    LintFinding(
                        field: $0.0,
                        "a job runs anew when it changes: `\($0.0)` has no effect",
                        help: "remove it",
                        fix: .remove($0.0)
                    )
                }
        }
    )
}
