import ResourceModel

extension LintRule {
    static let shellOperator = LintRule(
        "5071",
        "shell-operator",
        .correctness,
        .warning,
        "A command has an operator of a shell, and no shell runs it.",
        why: "A command is started as it is: `&&`, `|` and `>` are arguments of the first program, and what stands "
            + "behind them never runs.",
        remedy: "Write [sh, -c, '…'] around the line, or give each program a service of its own.",
        example: .service(
            fails: """
                image: shop/web:1
                command: migrate && serve --port 8080
                """,
            passes: """
                image: shop/web:1
                command: [sh, -c, 'migrate && exec serve --port 8080']
                """
        ),
        check: .services { service, _ in
            let command = service.command.map { [(field: "command", command: $0)] } ?? []
            return (command + service.probeCommands)
                .compactMap { field, command in
                    guard command.contains(where: ShellCommand.mayBeOperator),
                        let word = ShellCommand(command).strayOperator
                    else { return nil }
                    // What is handed to an entry point of its own is not a whole line.
                    let isWhole = field != "command" || service.entrypoint == nil
                    return LintFinding(
                        field: field,
                        "`\(word)` is handed to `\(command[0])` as it is: no shell runs the command",
                        help: "write `[sh, -c, '…']` around it",
                        fix: isWhole
                            ? LintFix.quoted(ShellCommand.line(command)).map { .set(field, "[sh, -c, \($0)]") } : nil
                    )
                }
        }
    )
}

extension ShellCommand {
    private static let operators: Set<String> = ["&&", "||", "|", ">", ">>", "<", "2>", "2>>", "2>&1", "&>", "&"]
    /// Programs that take such words as what they are.
    private static let takers: Set<String> = [
        "[", "test", "expr", "find", "jq", "awk", "sed", "xargs", "echo", "printf",
    ]

    /// Whether the word ends as operators do: what tells most commands apart by one byte.
    fileprivate static func mayBeOperator(_ word: String) -> Bool {
        switch word.utf8.last {
        case UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ">"): true
        case UInt8(ascii: ";"), UInt8(ascii: "1"): true
        default: false
        }
    }

    /// An operator of a shell that stands as a word of its own, where no shell is there to read it.
    fileprivate var strayOperator: String? {
        guard let program = arguments.first, script == nil else { return nil }
        let name = program.split(separator: "/").last.map(String.init) ?? program
        if let word = arguments.dropFirst().first(where: { ["&&", "||"].contains($0) }) { return word }
        guard !Self.takers.contains(name) else { return nil }
        // `cd /srv; ./server` has the sign at the end of a word.
        if let word = arguments.first(where: { $0.utf8.count > 1 && $0.hasSuffix(";") && !$0.hasSuffix("\\;") }),
            word != arguments.last
        {
            return ";"
        }
        return arguments.dropFirst().first { Self.operators.contains($0) || $0 == ";" }
    }

    /// The line that a shell would take for the same words, operators apart.
    fileprivate static func line(_ arguments: [String]) -> String {
        arguments.map { word in
            let isSafe = word.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-_./:=,@%+".utf8.contains(byte)
            }
            if isSafe && !word.isEmpty || operators.contains(word) || word.hasSuffix(";") || word.hasPrefix("$") {
                return word
            }
            return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }
        .joined(separator: " ")
    }
}
