import ResourceModel

extension LintRule {
    static let curlWithoutFail = LintRule(
        "5017",
        "curl-without-fail",
        .health,
        .warning,
        "A health check by curl takes an error page for a healthy service.",
        why: "Without --fail curl ends well for any answer, a 500 included: a service that only has errors to offer "
            + "counts as healthy.",
        remedy: "Add --fail: curl then ends with a status other than 0 for answers from 400 on.",
        example: .service(
            fails: """
                image: shop/web:1
                healthcheck: {command: [curl, -sS, 'http://127.0.0.1/']}
                """,
            passes: """
                image: shop/web:1
                healthcheck: {command: [curl, -fsS, 'http://127.0.0.1/']}
                """
        ),
        check: .services { service, _ in
            service.probeCommands.compactMap { field, command in
                let words = ShellCommand(command).words
                guard let curl = words.firstIndex(where: { $0 == "curl" || $0.hasSuffix("/curl") }) else { return nil }
                let options = words[(curl + 1)...]
                let fails = options.contains { word in
                    word.hasPrefix("--fail") || (word.hasPrefix("-") && !word.hasPrefix("--") && word.contains("f"))
                }
                // Who looks at the status in another way knows.
                guard !fails, !words.contains(where: { $0 == "grep" || $0.contains("http_code") }) else { return nil }
                return LintFinding(
                    field: field,
                    "curl succeeds for an answer such as 500",
                    help: "add `--fail`",
                    fix: ShellCommand(command).fixOfCurl(field)
                )
            }
        }
    )
}
