import ResourceModel

extension LintRule {
    static let startIntervalUnused = LintRule(
        "5020",
        "start-interval-unused",
        .health,
        .warning,
        "A health check has a start interval but no start period in which it would hold.",
        why: "The start interval is the interval during the start period. Without one the first probe comes after a "
            + "whole interval.",
        remedy: "Set healthcheck.startPeriod to as long as a start takes at most, or remove startInterval.",
        example: .service(
            fails: """
                image: shop/web:1
                healthcheck: {command: [check], startInterval: 250ms}
                """,
            passes: """
                image: shop/web:1
                healthcheck: {command: [check], startInterval: 250ms, startPeriod: 30s}
                """
        ),
        check: .services { service, _ in
            guard let check = service.healthcheck, check.startPeriod == .zero,
                check.startInterval != HealthCheck().startInterval
            else { return [] }
            return [
                LintFinding(
                    field: "healthcheck.startInterval",
                    "there is no start period in which `startInterval` would hold",
                    help: "write a `startPeriod`, or remove it",
                    fix: .remove("healthcheck.startInterval")
                )
            ]
        }
    )
}
