import ResourceModel

extension LintRule {
    static let foreignLabel = LintRule(
        "5062",
        "foreign-label",
        .naming,
        .warning,
        "A label has a prefix that another tool keeps for itself.",
        why: "The tool that owns the prefix reads such labels as its own: a stack's label, for one, makes docker "
            + "stack take the service for its property.",
        remedy: "Use a prefix of your own, such as a domain name turned round.",
        example: .service(
            fails: """
                image: shop/web:1
                labels: {com.docker.stack.namespace: shop}
                """,
            passes: """
                image: shop/web:1
                labels: {example.shop.team: checkout}
                """
        ),
        check: .services { service, _ in
            guard !service.labels.isEmpty || !service.containerLabels.isEmpty else { return [] }
            return [("labels", service.labels), ("containerLabels", service.containerLabels)]
                .flatMap { field, labels in
                    labels.keys.compactMap { key in
                        guard key.utf8.contains(UInt8(ascii: ".")) else { return nil }
                        let kept = ["com.docker.", "io.docker.", "org.dockerproject."].first { key.hasPrefix($0) }
                        return kept.map {
                            LintFinding(
                                field: "\(field).\(key)#",
                                "labels that begin with `\($0)` are Docker's own",
                                help: "use a prefix of your own"
                            )
                        }
                    }
                }
        }
    )
}
