import ResourceModel

extension LintRule {
    static let needlessIgnore = LintRule(
        "5069",
        "needless-ignore",
        .style,
        .note,
        "A service with a scale policy also ignores changes of its replicas, which the policy implies.",
        why: "A scale policy already keeps the number of instances to itself. Two rules for one thing make the "
            + "reader ask which one holds.",
        remedy: "Remove replicas from ignoreChanges.",
        example: .service(
            fails: """
                image: shop/web:1
                scale: {min: 1, max: 4, target: 70%}
                ignoreChanges: [replicas]
                """,
            passes: """
                image: shop/web:1
                scale: {min: 1, max: 4, target: 70%}
                """
        ),
        check: .services { service, _ in
            guard service.scale != nil, let index = service.ignoreChanges.firstIndex(of: "replicas") else { return [] }
            return [
                LintFinding(
                    field: "ignoreChanges",
                    at: index,
                    "`scale` sets the number of instances already",
                    help: "remove it",
                    fix: .remove("ignoreChanges[\(index)]")
                )
            ]
        }
    )
}
