import ResourceModel

extension LintRule {
    /// One loop takes every core.
    static let noProcessorLimit = LintRule(
        "5035",
        "no-processor-limit",
        .resources,
        nil,
        "A service may use all processors of its node.",
        remedy: "Write resources.limits.cpus.",
        example: .service(
            fails: """
                image: shop/web:1
                resources: {limits: {memory: 256MiB}}
                """,
            passes: """
                image: shop/web:1
                resources: {limits: {memory: 256MiB, cpus: 1}}
                """
        ),
        check: .services { service, subject in
            guard service.resources?.limits?.cpus == nil else { return [] }
            return [
                LintFinding(
                    field: service.resources == nil ? nil : "resources",
                    "Service `\(subject.name)` may use all processors of its node",
                    help: "write `resources: {limits: {cpus: …}}`"
                )
            ]
        }
    )
}
