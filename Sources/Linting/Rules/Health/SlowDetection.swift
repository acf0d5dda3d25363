import ResourceModel

extension LintOption {
    fileprivate static let after = LintOption(
        "slow-detection",
        "after",
        .duration(.seconds(300)),
        "How long an instance may fail until it counts as unhealthy."
    )
}

extension LintRule {
    static let slowDetection = LintRule(
        "5018",
        "slow-detection",
        .health,
        .note,
        "A health check takes long to call an instance unhealthy: more than five minutes, unless the project says otherwise.",
        why: "Until an instance counts as unhealthy it gets connections and fails them.",
        remedy: "Shorten healthcheck.interval, or lower retries.",
        example: .service(
            fails: """
                image: shop/web:1
                healthcheck: {command: [check], interval: 2m, timeout: 5s, retries: 5}
                """,
            passes: """
                image: shop/web:1
                healthcheck: {command: [check], interval: 10s, timeout: 5s, retries: 5}
                """
        ),
        options: [.after],
        check: .services { service, subject in
            guard let check = service.healthcheck else { return [] }
            let time = check.interval * check.retries
            guard time > subject.context.duration(.after) else { return [] }
            return [
                LintFinding(
                    field: "healthcheck.interval",
                    "an instance that fails is noticed after \(time.text) at the soonest",
                    help: "shorten `interval`, or lower `retries`"
                )
            ]
        }
    )
}
