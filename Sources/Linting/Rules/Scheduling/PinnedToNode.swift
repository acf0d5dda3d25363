import ResourceModel

extension LintRule {
    static let pinnedToNode = LintRule(
        "5029",
        "pinned-to-node",
        .scheduling,
        .note,
        "A service may run on one node only, and is away when that node is.",
        why: "When that node is away so is the service, though others could run it.",
        remedy: "Label the nodes that may run it, and write node.labels.NAME == VALUE.",
        example: .service(
            fails: """
                image: shop/web:1
                placement: {constraints: [node.hostname == box7]}
                """,
            passes: """
                image: shop/web:1
                placement: {constraints: [node.labels.disk == fast]}
                """
        ),
        check: .services { service, _ in
            // Data that is on one node alone is a reason to be on that node.
            guard !service.mounts.contains(where: { $0.type != .tmpfs }) else { return [] }
            return (service.placement?.constraints ?? []).enumerated()
                .compactMap { index, text in
                    guard let constraint = try? PlacementConstraint(parsing: text), constraint.isEqual,
                        constraint.key == .hostname || constraint.key == .id
                    else { return nil }
                    return LintFinding(
                        field: "placement.constraints[\(index)]",
                        "only one node can run it, and nothing takes over when that is away",
                        help: "use a label of nodes"
                    )
                }
        }
    )
}
