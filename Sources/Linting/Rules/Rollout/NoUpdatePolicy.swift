import ResourceModel

extension LintRule {
    static let noUpdatePolicy = LintRule(
        "5014",
        "no-update-policy",
        .rollout,
        nil,
        "A service of several instances does not say how it is updated.",
        why: "By default one instance is replaced at a time, and a failure stops the rollout halfway, with old and "
            + "new instances side by side until somebody looks.",
        remedy: "Write update, with batch, monitor and onFailure.",
        example: .service(
            fails: """
                image: shop/web:1
                replicas: 3
                """,
            passes: """
                image: shop/web:1
                replicas: 3
                update: {batch: 1, onFailure: rollback}
                healthcheck: {command: [check]}
                """
        ),
        check: .services { service, subject in
            guard !service.mode.isJob, service.update == nil, service.mode.isGlobal || service.replicas > 1 else {
                return []
            }
            return [
                LintFinding(
                    field: nil,
                    "Service `\(subject.name)` does not say how it is updated",
                    help: "write `update: {batch: 1, onFailure: rollback}`",
                    fix: .set("update", "{batch: 1, onFailure: rollback}")
                )
            ]
        }
    )
}
