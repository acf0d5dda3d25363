import ResourceModel
import SourceDiagnostics

extension LintOption {
    fileprivate static let except = LintOption(
        "plaintext-secret",
        "except",
        .words([]),
        "Variables that sound secret and are not."
    )
}

extension LintRule {
    static let plaintextSecret = LintRule(
        "5053",
        "plaintext-secret",
        .secrets,
        .warning,
        "An environment variable whose name says that it is secret has its value in the manifest.",
        why: "What is in a manifest is in every clone of its repository for ever, and in the engine's answers.",
        remedy: "Make a Secret and write NAME: {secret: NAME}, or mount it as a file.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', environment: {DB_PASSWORD: swordfish}}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: db-password}
                spec: {external: true}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', secrets: [db-password], environment: {DB_PASSWORD_FILE: /run/secrets/db-password}}
                """
        ),
        options: [.except],
        check: .services { service, subject in
            service.environment.entries.compactMap { entry in
                guard case .text(let text) = entry.value, SecretWords.isName(entry.key), !SecretWords.isHarmless(text),
                    !subject.context.words(.except).contains(entry.key)
                else { return nil }
                return LintFinding(
                    field: "environment.\(entry.key)",
                    "`\(entry.key)` looks like a secret, and its value is in the manifest",
                    help: "make a Secret, and write `{secret: NAME}`",
                    isSensitive: true
                )
            }
        }
    )
}
