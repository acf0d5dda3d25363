import ResourceModel

extension LintRule {
    static let unconfined = LintRule(
        "5049",
        "unconfined",
        .security,
        .warning,
        "A service runs without one of the kernel's confinements.",
        why: "The profile that is switched off is what stops most known ways out of a container.",
        remedy: "Remove the option, or write a profile that allows what the service needs.",
        example: .service(
            fails: """
                image: shop/web:1
                securityOptions: [seccomp=unconfined]
                """,
            passes: """
                image: shop/web:1
                securityOptions: [no-new-privileges]
                """
        ),
        check: .services { service, _ in
            service.securityOptions.enumerated()
                .compactMap { index, option in
                    let plain = option.lowercased()
                    guard plain.hasSuffix("unconfined") || plain == "label=disable" || plain == "label:disable" else {
                        return nil
                    }
                    return LintFinding(
                        field: "securityOptions",
                        at: index,
                        "`\(option)` lifts a confinement of the kernel",
                        help: "remove it",
                        fix: .remove("securityOptions[\(index)]")
                    )
                }
        }
    )
}
