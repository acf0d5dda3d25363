import ResourceModel

extension LintRule {
    static let noProcessorLimit = LintRule(
        "5035",
        "no-processor-limit",
        .resources,
        nil,
        "A service may use all processors of its node.",
        why: "One loop takes every core of the node from its neighbours.",
        remedy: "Write resources.limits.cpus: how many processors it may take at most.",
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
