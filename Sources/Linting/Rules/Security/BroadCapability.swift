import ResourceModel

extension LintRule {
    static let broadCapability = LintRule(
        "5045",
        "broad-capability",
        .security,
        .warning,
        "A service is given a capability that leads to all others.",
        why: "Some capabilities lead to all others: with SYS_ADMIN or SYS_PTRACE the way out of a container is short.",
        remedy: "Give it the narrower capability that it needs.",
        example: .service(
            fails: """
                image: shop/agent:1
                capAdd: [CAP_SYS_ADMIN]
                """,
            passes: """
                image: shop/agent:1
                capAdd: [CAP_NET_BIND_SERVICE]
                """
        ),
        check: .services { service, _ in
            let broad = ["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF"]
            return service.capAdd.enumerated()
                .compactMap { index, name in
                    guard broad.contains(KernelNames.bareCapability(name)) else { return nil }
                    return LintFinding(
                        field: "capAdd",
                        at: index,
                        "\(name) is as good as root on the node",
                        help: "give it a narrower one"
                    )
                }
        }
    )
}
