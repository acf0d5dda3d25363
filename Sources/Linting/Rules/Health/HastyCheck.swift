import ResourceModel

extension LintRule {
    /// One failed probe on a busy machine is not an ill service.
    static let hastyCheck = LintRule(
        "5019",
        "hasty-check",
        .health,
        .note,
        "One failed probe is enough to replace an instance.",
        remedy: "Set healthcheck.retries to 2 or more.",
        example: .service(
            fails: """
                image: shop/web:1
                healthcheck: {command: [check], retries: 1}
                """,
            passes: """
                image: shop/web:1
                healthcheck: {command: [check], retries: 3}
                """
        ),
        check: .services { service, _ in
            guard let check = service.healthcheck, check.retries == 1 else { return [] }
            return [LintFinding(field: "healthcheck.retries", "an instance is replaced after one failed probe", help: "write 2 or more", fix: .set("healthcheck.retries", "3"))]
        }
    )
}
