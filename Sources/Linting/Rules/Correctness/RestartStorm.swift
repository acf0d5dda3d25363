import ResourceModel

extension LintRule {
    static let restartStorm = LintRule(
        "5064",
        "restart-storm",
        .correctness,
        .warning,
        "An instance that ends is started again without a pause, as often as it takes.",
        why: "A program that cannot start, for want of a database for instance, would be started hundreds of times a "
            + "minute and take a processor for it.",
        remedy: "Give restart a delay of a second or more, or maxAttempts with a window.",
        example: .service(
            fails: """
                image: shop/web:1
                restart: {delay: 0s}
                """,
            passes: """
                image: shop/web:1
                restart: {delay: 5s}
                """
        ),
        check: .services { service, _ in
            guard let restart = service.restart, restart.delay == .zero, restart.condition != RestartCondition.none,
                restart.maxAttempts == nil
            else { return [] }
            return [
                LintFinding(
                    field: "restart.delay",
                    "a program that cannot start keeps the node busy with starting it",
                    help: "write a second or more",
                    fix: .set("restart.delay", "5s")
                )
            ]
        }
    )
}
