import ResourceModel

extension LintRule {
    static let oddVariableName = LintRule(
        "5060",
        "odd-variable-name",
        .naming,
        .warning,
        "The name of an environment variable has characters that shells cannot use in one.",
        why: "Shells drop or refuse variables that they cannot name, so scripts in the image never see the value.",
        remedy: "Use letters, digits and underscores, and no digit in front.",
        example: .service(
            fails: """
                image: shop/web:1
                environment: {LOG-LEVEL: info}
                """,
            passes: """
                image: shop/web:1
                environment: {LOG_LEVEL: info}
                """
        ),
        check: .services { service, _ in
            service.environment.entries.compactMap { entry in
                let isOdd =
                    entry.key.utf8.first.map { (0x30...0x39).contains($0) } ?? true
                    || entry.key.utf8.contains {
                        !((0x30...0x39).contains($0) || $0 == 0x5F || (0x61...0x7A).contains($0 | 0x20))
                    }
                // Names with dots are the usual way to set properties of Java programs.
                guard isOdd, !entry.key.contains(".") else { return nil }
                return LintFinding(
                    field: "environment.\(entry.key)#",
                    "shells have no variables of the name `\(entry.key)`",
                    help: "use letters, digits and `_`"
                )
            }
        }
    )
}
