import ResourceModel

extension LintRule {
    static let staysDown = LintRule(
        "5063",
        "stays-down",
        .correctness,
        .warning,
        "An instance that ends is never started again.",
        why: "A service is to run. One that is never restarted does until its first fault, and then stays away.",
        remedy: "Set restart.condition to any or onFailure, or make it a replicatedJob if it is to end.",
        example: .service(
            fails: """
                image: shop/web:1
                restart: {condition: none}
                """,
            passes: """
                image: shop/web:1
                restart: {condition: onFailure}
                """
        ),
        check: .services { service, _ in
            guard !service.mode.isJob, service.restart?.condition == RestartCondition.none else { return [] }
            return [
                LintFinding(
                    field: "restart.condition",
                    "an instance that ends is not started again",
                    help: "write `any` or `onFailure`, or `mode: replicatedJob`",
                    fix: .set("restart.condition", "onFailure")
                )
            ]
        }
    )
}
