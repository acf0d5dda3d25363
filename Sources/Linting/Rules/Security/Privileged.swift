import ResourceModel

extension LintRule {
    static let privileged = LintRule(
        "5042",
        "privileged",
        .security,
        .warning,
        "A service is privileged: whoever breaks into it owns the node.",
        why: "A privileged container has every device and every capability of its node: it is root there.",
        remedy: "Give it the capabilities and devices that it needs by capAdd and devices instead.",
        example: .service(
            fails: """
                image: shop/agent:1
                privileged: true
                """,
            passes: """
                image: shop/agent:1
                capAdd: [CAP_NET_BIND_SERVICE]
                """
        ),
        check: .services { service, _ in
            guard service.privileged else { return [] }
            return [
                LintFinding(
                    field: "privileged",
                    "whoever breaks into it owns the node",
                    help: "use `capAdd` and `devices`"
                )
            ]
        }
    )
}
