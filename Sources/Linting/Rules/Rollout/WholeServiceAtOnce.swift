import ResourceModel

extension LintRule {
    static let wholeServiceAtOnce = LintRule(
        "5008",
        "whole-service-at-once",
        .rollout,
        .warning,
        "An update stops all instances of a service before it starts the first new one.",
        why: "All instances are stopped before the first new one starts, so the service is away in every update, "
            + "however many instances it has.",
        remedy: "Make update.batch smaller than the number of instances, or set update.order: startFirst.",
        example: .service(
            fails: """
                image: shop/web:1
                replicas: 3
                update: {batch: 3}
                """,
            passes: """
                image: shop/web:1
                replicas: 3
                update: {batch: 1}
                """
        ),
        check: .services { service, _ in
            guard service.mode == .replicated, service.replicas > 1, let update = service.update,
                update.order == .stopFirst
            else { return [] }
            let isWhole =
                switch update.batch {
                case .count(let count): count >= service.replicas
                case .percent(let share): share >= 100
                }
            guard isWhole else { return [] }
            return [
                LintFinding(
                    field: "update.batch",
                    "one batch stops all \(service.replicas) instances at once",
                    help: "make it smaller, or write `order: startFirst`",
                    fix: .set("update.batch", "1")
                )
            ]
        }
    )
}
