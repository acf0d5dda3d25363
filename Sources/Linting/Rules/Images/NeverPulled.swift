import ResourceModel

extension LintRule {
    static let neverPulled = LintRule(
        "5007",
        "never-pulled",
        .images,
        .note,
        "A service of several instances never fetches its image.",
        why: "An image that is never fetched is only where somebody put it. Instances that are scheduled to any "
            + "other node do not start.",
        remedy: "Push the image to a registry that all nodes reach, or keep the service to nodes that have it.",
        example: .service(
            fails: """
                image: shop/web:1
                pullPolicy: never
                replicas: 2
                """,
            passes: """
                image: shop/web:1
                replicas: 2
                """
        ),
        check: .services { service, subject in
            guard service.pullPolicy == .never, service.replicas > 1 || service.mode.isGlobal, service.image != nil,
                subject.context.hasImages, service.placement?.constraints.isEmpty ?? true
            else { return [] }
            return [
                LintFinding(
                    field: "pullPolicy",
                    "only nodes that have the image already can run an instance",
                    help: "push it to a registry, or write `placement.constraints`"
                )
            ]
        }
    )
}
