import ResourceModel

extension LintRule {
    static let noMemoryLimit = LintRule(
        "5034",
        "no-memory-limit",
        .resources,
        nil,
        "A service may use all memory of its node.",
        why: "One leak takes all memory of the node, and the kernel ends other services for it.",
        remedy: "Write resources.limits.memory: what an instance may take at most.",
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
