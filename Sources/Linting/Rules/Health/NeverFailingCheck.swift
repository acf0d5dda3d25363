import ResourceModel

extension LintRule {
    static let neverFailingCheck = LintRule(
        "5016",
        "never-failing-check",
        .health,
        .warning,
        "The command of a health check succeeds whatever it finds.",
        why: "A check that cannot fail checks nothing, and everything that waits for it goes ahead.",
        remedy: "Let the command end with a status other than 0 when the service does not work.",
        example: .service(
            fails: """
                image: shop/web:1
                healthcheck: {command: [sh, -c, 'wget -q http://127.0.0.1/ || true']}
                """,
            passes: """
                image: shop/web:1
                healthcheck: {command: [sh, -c, 'wget -q http://127.0.0.1/ || exit 1']}
                """
        ),
        check: .services { service, _ in
            service.probeCommands.compactMap { field, command in
                // What always succeeds ends with `true`, `:` or `exit 0`.
                let last = command.last?.utf8.last { $0 != 0x20 && $0 != 0x0A }
                guard last == UInt8(ascii: "e") || last == UInt8(ascii: ":") || last == UInt8(ascii: "0") else {
                    return nil
                }
                let text = ShellCommand(command).script ?? command.joined(separator: " ")
                let end = text.split(whereSeparator: { ";|&\n".contains($0) }).last.map(ShellCommand.trimmed) ?? ""
                guard ["true", ":", "exit 0", "/bin/true"].contains(end) else { return nil }
                return LintFinding(
                    field: field,
                    "the command ends with `\(end)`, which always succeeds",
                    help: "let it fail when the service does",
                    fix: ShellCommand(command)
                        .fixOfItem(field) { $0.hasSuffix("|| true") ? $0.dropLast(4) + "exit 1" : nil }
                )
            }
        }
    )
}
