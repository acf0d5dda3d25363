import ResourceModel

extension LintRule {
    static let idlePreference = LintRule(
        "5030",
        "idle-preference",
        .scheduling,
        .note,
        "A placement preference or a maximum per node has no effect on the service.",
        why: "Whoever reads it expects a spreading that cannot happen.",
        remedy: "Remove it, or run several instances.",
        example: .service(
            fails: """
                image: shop/web:1
                placement: {preferences: [spread=node.labels.zone]}
                """,
            passes: """
                image: shop/web:1
                replicas: 2
                placement: {preferences: [spread=node.labels.zone]}
                """
        ),
        check: .services { service, _ in
            guard let placement = service.placement else { return [] }
            var findings: [LintFinding] = []
            let isAlone = !service.mode.isGlobal && service.replicas <= 1 && service.scale == nil
            if !placement.preferences.isEmpty, service.mode.isGlobal || isAlone {
                findings.append(
                    LintFinding(
                        field: "placement.preferences",
                        service.mode.isGlobal
                            ? "a global service is on every node: there is nothing to spread"
                            : "one instance cannot be spread",
                        help: "remove it",
                        fix: .remove("placement.preferences")
                    )
                )
            }
            if placement.maxPerNode != nil, service.mode.isGlobal || isAlone {
                findings.append(
                    LintFinding(
                        field: "placement.maxPerNode",
                        "the service never has more than one instance on a node",
                        help: "remove it",
                        fix: .remove("placement.maxPerNode")
                    )
                )
            }
            return findings
        }
    )
}
