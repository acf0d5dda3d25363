import ResourceModel

extension LintRule {
    /// Five minutes of failed requests until somebody notices.
    static let slowDetection = LintRule(
        "5018",
        "slow-detection",
        .health,
        .note,
        "A health check takes more than five minutes to call an instance unhealthy.",
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
        check: .services { service, _ in
            guard let check = service.healthcheck else { return [] }
            let time = check.interval * check.retries
            guard time > .seconds(300) else { return [] }
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
