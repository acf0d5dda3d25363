import ResourceModel

extension LintRule {
    static let shellWithoutExec = LintRule(
        "5070",
        "shell-without-exec",
        .style,
        .note,
        "A shell starts the program and stays in between, so the program is not told to stop.",
        why: "The signal to stop goes to the shell, which does not hand it on. The program is killed after the grace "
            + "period, in the middle of its work.",
        remedy: "Write exec in front of the last command of the script.",
        example: .service(
            fails: """
                image: shop/web:1
                command: [sh, -c, 'cd /srv; ./server']
                """,
            passes: """
                image: shop/web:1
                command: [sh, -c, 'cd /srv; exec ./server']
                """
        ),
        check: .services { service, _ in
            guard !service.mode.isJob, service.initProcess != true, let command = service.command,
                let script = ShellCommand(command).script, let index = command.firstIndex(of: script)
            else { return [] }
            let words = script.split(whereSeparator: { " \t\n;&|".contains($0) })
            let loops: Set<Substring> = ["exec", "trap", "while", "for", "until", "wait"]
            // One simple command is what most shells become by themselves.
            guard words.count > 1, script.contains(where: { ";&|\n".contains($0) }),
                !words.contains(where: loops.contains)
            else { return [] }
            return [
                LintFinding(
                    field: "command",
                    at: index,
                    "the program is killed after the grace period: the shell does not hand on the signal",
                    help: "write `exec` in front of the last command",
                    fix: ShellCommand.withExec(script).flatMap(LintFix.quoted).map { .set("command[\(index)]", $0) }
                )
            ]
        }
    )
}
