import ResourceModel

extension LintRule {
    static let fixedScale = LintRule(
        "5041",
        "fixed-scale",
        .resources,
        .warning,
        "A scale policy allows one number of instances only.",
        why: "A range of one number scales nothing, and still asks for metrics all the time.",
        remedy: "Make scale.max larger than scale.min, or write replicas alone.",
        example: .service(
            fails: """
                image: shop/web:1
                scale: {min: 2, max: 2, metric: cpu, target: 70%}
                """,
            passes: """
                image: shop/web:1
                scale: {min: 2, max: 6, metric: cpu, target: 70%}
                """
        ),
        check: .services { service, _ in
            guard let scale = service.scale, scale.min == scale.max else { return [] }
            return [
                LintFinding(
                    field: "scale.max",
                    "the number of instances is always \(scale.max)",
                    help: "raise `max`, or write `replicas: \(scale.max)`"
                )
            ]
        }
    )
}
