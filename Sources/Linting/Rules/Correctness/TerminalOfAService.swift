import ResourceModel

extension LintRule {
    static let terminalOfAService = LintRule(
        "5067",
        "terminal-of-a-service",
        .correctness,
        .note,
        "A service has a terminal, which mixes its two outputs and changes its line ends.",
        why: "With a terminal both outputs become one and every line ends with a carriage return, which log readers "
            + "stumble over. Nobody sits in front of a service.",
        remedy: "Remove tty: nobody types into a service.",
        example: .service(
            fails: """
                image: shop/web:1
                tty: true
                """,
            passes: "image: shop/web:1"
        ),
        check: .services { service, _ in
            guard service.tty else { return [] }
            return [
                LintFinding(
                    field: "tty",
                    "errors and output are mixed, and lines end with carriage returns",
                    help: "remove it",
                    fix: .remove("tty")
                )
            ]
        }
    )
}
