import ResourceModel

extension LintRule {
    static let singleReplicaStopFirst = LintRule(
        "5003",
        "single-replica-stop-first",
        .rollout,
        .note,
        "A published service with one instance is away during every update.",
        why: "The only instance is stopped before its successor starts, so requests fail for as long as a start takes.",
        remedy: "Run two instances or more, or set update.order: startFirst.",
        example: .service(
            fails: """
                image: shop/web:1
                ports: ['8080:80']
                """,
            passes: """
                image: shop/web:1
                ports: ['8080:80']
                replicas: 2
                """
        ),
        check: .services { service, subject in
            guard service.mode == .replicated, service.replicas == 1, service.scale == nil,
                service.effectiveUpdate.order == .stopFirst, service.ports.contains(where: { $0.published != nil }),
                // Two instances at once are no way out where both would write to the same files.
                !service.mounts.contains(where: { $0.type != .tmpfs && !$0.readOnly })
            else { return [] }
            // Two instances at once must neither write to the same place nor take the same port of a node.
            let isFree =
                !service.mounts.contains { $0.type != .tmpfs && $0.source != nil && !$0.readOnly }
                && !service.ports.contains { $0.mode == .host }
            return [
                LintFinding(
                    field: nil,
                    "Service `\(subject.name)` has one instance and stops it before the next one starts",
                    help: "raise `replicas`, or write `update: {order: startFirst}`",
                    fix: isFree ? .set("update.order", "startFirst") : nil
                )
            ]
        }
    )
}
