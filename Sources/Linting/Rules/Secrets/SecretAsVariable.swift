import ResourceModel

extension LintRule {
    static let secretAsVariable = LintRule(
        "5057",
        "secret-as-variable",
        .secrets,
        nil,
        "A secret is given to a service as an environment variable, which child processes and crash reports see.",
        why: "Environments are inherited by child processes, printed by crash reports and shown by the engine. A "
            + "file is read by those who need it.",
        remedy: "List it under secrets, and let the program read the file.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: token}
                spec: {external: true}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', environment: {TOKEN: {secret: token}}}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: token}
                spec: {external: true}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', secrets: [token], environment: {TOKEN_FILE: /run/secrets/token}}
                """
        ),
        check: .services { service, _ in
            service.environment.entries.compactMap { entry in
                guard case .secret = entry.value else { return nil }
                return LintFinding(
                    field: "environment.\(entry.key)",
                    "child processes and crash reports see `\(entry.key)`",
                    help: "list it under `secrets`"
                )
            }
        }
    )
}
