import ResourceModel

extension LintRule {
    static let noTimeToStop = LintRule(
        "5065",
        "no-time-to-stop",
        .correctness,
        .warning,
        "Instances are killed without time to finish what they do.",
        why: "A program that is killed at once finishes nothing: requests in flight fail, and files are left half "
            + "written.",
        remedy: "Set stopGracePeriod to as long as a request takes at most, and stopSignal to one that can be handled.",
        example: .service(
            fails: """
                image: shop/web:1
                stopGracePeriod: 0s
                """,
            passes: """
                image: shop/web:1
                stopGracePeriod: 10s
                """
        ),
        check: .services { service, _ in
            var findings: [LintFinding] = []
            if service.stopGracePeriod == .zero {
                findings.append(
                    LintFinding(
                        field: "stopGracePeriod",
                        "instances are killed the moment they are asked to stop",
                        help: "write a few seconds",
                        fix: .set("stopGracePeriod", "10s")
                    )
                )
            }
            if let signal = service.stopSignal, ["SIGKILL", "KILL", "9"].contains(signal.uppercased()) {
                findings.append(
                    LintFinding(
                        field: "stopSignal",
                        "a program cannot finish anything when it is killed",
                        help: "use SIGTERM, or remove it",
                        fix: .remove("stopSignal")
                    )
                )
            }
            return findings
        }
    )
}
