import ResourceModel
import SourceDiagnostics

extension LintRule {
    static let secretInCommand = LintRule(
        "5054",
        "secret-in-command",
        .secrets,
        .warning,
        "A command line holds a password or a token.",
        why: "Arguments are seen by everybody who may list processes, and by the engine's answers.",
        remedy: "Let the program read it from a file under /run/secrets.",
        example: .service(
            fails: """
                image: shop/db:1
                command: [serve, '--password=swordfish']
                """,
            passes: """
                image: shop/db:1
                command: [serve, '--password-file=/run/secrets/password']
                """
        ),
        check: .services { service, _ in
            [("command", service.command), ("entrypoint", service.entrypoint)]
                .compactMap { field, words in
                    guard let words, let index = SecretWords.argument(words) else { return nil }
                    return LintFinding(
                        field: "\(field)[\(index)]",
                        "everybody who lists processes sees this secret",
                        help: "read it from a file under /run/secrets",
                        isSensitive: true
                    )
                }
        }
    )
}
