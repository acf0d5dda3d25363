import ResourceModel

extension LintOption {
    fileprivate static let retries = LintOption(
        "hasty-check",
        "retries",
        .count(2),
        "How many failed probes in a row there are to be at least."
    )
}

extension LintRule {
    static let hastyCheck = LintRule(
        "5019",
        "hasty-check",
        .health,
        .note,
        "One failed probe is enough to replace an instance.",
        why: "A probe fails now and then on a busy machine. With one retry that is enough to end an instance that "
            + "works, just when load is high.",
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
        options: [.retries],
        check: .services { service, subject in
            guard let check = service.healthcheck else { return [] }
            let least = subject.context.count(.retries)
            guard check.retries < least else { return [] }
            return [
                LintFinding(
                    field: "healthcheck.retries",
                    "an instance is replaced after \(check.retries == 1 ? "one failed probe" : "\(check.retries) failed probes")",
                    help: "write \(least) or more",
                    fix: .set("healthcheck.retries", "\(max(3, least))")
                )
            ]
        }
    )
}
