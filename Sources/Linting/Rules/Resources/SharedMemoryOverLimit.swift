import ResourceModel

extension LintRule {
    static let sharedMemoryOverLimit = LintRule(
        "5038",
        "shared-memory-over-limit",
        .resources,
        .warning,
        "A service may have more shared memory than memory.",
        why: "Shared memory counts as memory, so a program that uses what shmSize promises is ended for it.",
        remedy: "Lower shmSize, or raise resources.limits.memory.",
        example: .service(
            fails: """
                image: shop/db:1
                shmSize: 1GiB
                resources: {limits: {memory: 256MiB}}
                """,
            passes: """
                image: shop/db:1
                shmSize: 128MiB
                resources: {limits: {memory: 256MiB}}
                """
        ),
        check: .services { service, _ in
            guard let shared = service.shmSize, let memory = service.resources?.limits?.memory, shared > memory else {
                return []
            }
            return [
                LintFinding(
                    field: "shmSize",
                    "\(shared.text) of shared memory do not fit into \(memory.text) of memory",
                    help: "lower it, or raise the limit"
                )
            ]
        }
    )
}
