import ResourceModel

extension LintRule {
    static let impossiblePlacement = LintRule(
        "5028",
        "impossible-placement",
        .scheduling,
        .error,
        "Two placement constraints exclude each other, so no node can ever run the service.",
        why: "All constraints have to hold. Two that exclude each other leave no node, and the service waits for ever.",
        remedy: "Remove one of them: constraints are joined by and.",
        example: .service(
            fails: """
                image: shop/web:1
                placement: {constraints: [node.role == worker, node.role == manager]}
                """,
            passes: """
                image: shop/web:1
                placement: {constraints: [node.role == worker, node.labels.zone == a]}
                """
        ),
        check: .services { service, _ in
            let constraints = (service.placement?.constraints ?? []).map { try? PlacementConstraint(parsing: $0) }
            return constraints.enumerated()
                .compactMap { index, second in
                    guard let second else { return nil }
                    let clash = constraints[..<index]
                        .first { first in
                            guard let first, first.key == second.key, first.key != .address else { return false }
                            let isSame = first.value.lowercased() == second.value.lowercased()
                            return first.isEqual && second.isEqual ? !isSame : first.isEqual != second.isEqual && isSame
                        }
                    guard clash != nil else { return nil }
                    return LintFinding(
                        field: "placement.constraints[\(index)]",
                        "no node meets this and the constraints before it",
                        help: "remove one of them"
                    )
                }
        }
    )
}
