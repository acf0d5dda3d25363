import ResourceModel

extension LintRule {
    /// Less than the engine accepts, or any program needs.
    static let tinyMemory = LintRule(
        "5037",
        "tiny-memory",
        .resources,
        .warning,
        "A memory limit is below the 6 MiB that an engine asks for at least.",
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
        check: .services { service, _ in
            guard let memory = service.resources?.limits?.memory, memory.bytes < 6 << 20 else { return [] }
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
