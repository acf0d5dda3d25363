import ResourceModel

extension LintRule {
    static let unboundedLogs = LintRule(
        "5040",
        "unbounded-logs",
        .resources,
        .warning,
        "Logs are written to files that nothing makes shorter.",
        why: "Logs in files grow until the disk of the node is full, which stops every service on it.",
        remedy: "Write logging.options max-size and max-file, or use the driver local.",
        example: .service(
            fails: """
                image: shop/web:1
                logging: {driver: json-file}
                """,
            passes: """
                image: shop/web:1
                logging: {driver: json-file, options: {max-size: 10m, max-file: '3'}}
                """
        ),
        check: .services { service, _ in
            guard let logging = service.logging, logging.driver == "json-file", logging.options["max-size"] == nil
            else { return [] }
            return [
                LintFinding(
                    field: "logging.driver",
                    "the log file grows until the disk is full",
                    help: "write `options: {max-size: 10m, max-file: \"3\"}`",
                    fix: logging.options.isEmpty
                        ? .set("logging.options", "{max-size: 10m, max-file: '3'}")
                        : .set("logging.options.max-size", "10m")
                )
            ]
        }
    )
}
