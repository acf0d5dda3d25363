import ResourceModel

extension LintRule {
    static let continueOnFailure = LintRule(
        "5010",
        "continue-on-failure",
        .rollout,
        .warning,
        "A rollout goes on after failures until no old instance is left.",
        why: "A rollout that goes on over failures replaces a service that works by one that does not.",
        remedy: "Set update.onFailure to rollback or pause.",
        example: .service(
            fails: """
                image: shop/web:1
                update: {onFailure: continue}
                """,
            passes: """
                image: shop/web:1
                update: {onFailure: pause}
                """
        ),
        check: .services { service, _ in
            guard service.update?.onFailure == .continue, !service.mode.isJob else { return [] }
            return [
                LintFinding(
                    field: "update.onFailure",
                    "a version that does not start replaces all instances of the one that works",
                    help: "write `rollback` or `pause`",
                    fix: .set("update.onFailure", "pause")
                )
            ]
        }
    )
}
