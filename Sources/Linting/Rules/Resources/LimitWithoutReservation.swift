import ResourceModel

extension LintRule {
    static let limitWithoutReservation = LintRule(
        "5036",
        "limit-without-reservation",
        .resources,
        nil,
        "A service has a memory limit but reserves nothing, so nodes may be given more than they have.",
        why: "The scheduler counts what is reserved, not what is allowed. Nodes are filled with services that cannot "
            + "all have their limit, and the kernel ends some of them.",
        remedy: "Write resources.reservations.memory: what an instance usually needs.",
        example: .service(
            fails: """
                image: shop/web:1
                resources: {limits: {memory: 256MiB}}
                """,
            passes: """
                image: shop/web:1
                resources: {limits: {memory: 256MiB}, reservations: {memory: 64MiB}}
                """
        ),
        check: .services { service, _ in
            guard service.resources?.limits?.memory != nil, service.resources?.reservations?.memory == nil else {
                return []
            }
            return [
                LintFinding(
                    field: "resources.limits.memory",
                    "no memory is reserved: nodes are chosen as if it needed none",
                    help: "write `reservations: {memory: …}`"
                )
            ]
        }
    )
}
