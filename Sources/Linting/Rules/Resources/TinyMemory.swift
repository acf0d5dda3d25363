import ResourceModel

extension LintOption {
    fileprivate static let least = LintOption(
        "tiny-memory",
        "least",
        .size(ByteCount(bytes: 6 << 20)),
        "The smallest limit that makes sense."
    )
}

extension LintRule {
    static let tinyMemory = LintRule(
        "5037",
        "tiny-memory",
        .resources,
        .warning,
        "A memory limit is below the 6 MiB that an engine asks for at least.",
        why: "Engines refuse less, and no program starts with it: most often the unit is wrong.",
        remedy: "Look at the unit: 512MiB, and not 512KiB.",
        example: .service(
            fails: """
                image: shop/web:1
                resources: {limits: {memory: 512KiB}}
                """,
            passes: """
                image: shop/web:1
                resources: {limits: {memory: 512MiB}}
                """
        ),
        options: [.least],
        check: .services { service, subject in
            guard let memory = service.resources?.limits?.memory, memory < subject.context.size(.least) else {
                return []
            }
            return [
                LintFinding(
                    field: "resources.limits.memory",
                    "\(memory.text) is less than any program needs",
                    help: "look at the unit"
                )
            ]
        }
    )
}
