import ResourceModel

extension LintRule {
    /// One leak takes the machine along.
    static let noMemoryLimit = LintRule(
        "5034",
        "no-memory-limit",
        .resources,
        .note,
        "A service may use all memory of its node.",
        remedy: "Write resources.limits.memory.",
        example: .service(
            fails: "image: shop/web:1",
            passes: """
                image: shop/web:1
                resources: {limits: {memory: 256MiB}}
                """
        ),
        check: .services { service, subject in
            guard service.resources?.limits?.memory == nil else { return [] }
            return [
                LintFinding(
                    field: service.resources == nil ? nil : "resources",
                    "Service `\(subject.name)` may use all memory of its node",
                    help: "write `resources: {limits: {memory: …}}`"
                )
            ]
        }
    )
}
