import ResourceModel

extension LintRule {
    static let silentLogs = LintRule(
        "5068",
        "silent-logs",
        .correctness,
        .note,
        "A service's output is thrown away.",
        why: "A crash at night leaves nothing behind to read in the morning.",
        remedy: "Use a logging driver that keeps it, with a size.",
        example: .service(
            fails: """
                image: shop/web:1
                logging: {driver: none}
                """,
            passes: """
                image: shop/web:1
                logging: {driver: local}
                """
        ),
        check: .services { service, _ in
            guard service.logging?.driver == "none" else { return [] }
            return [
                LintFinding(
                    field: "logging.driver",
                    "`orchplan logs` has nothing to show, and a crash tells nothing",
                    help: "use `local`",
                    fix: .set("logging.driver", "local")
                )
            ]
        }
    )
}
