import ResourceModel

extension LintRule {
    static let openSecret = LintRule(
        "5058",
        "open-secret",
        .secrets,
        .warning,
        "A secret's file may be changed by others, or run.",
        why: "A secret's file is there to be read by its user. Whoever may write it decides what the program believes.",
        remedy: "Write mode \"0400\" or \"0440\", with uid or gid.",
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
                spec: {image: 'shop/web:1', secrets: [{source: token, mode: "0666"}]}
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
                spec: {image: 'shop/web:1', secrets: [{source: token, mode: "0400"}]}
                """
        ),
        check: .services { service, _ in
            service.secrets.enumerated()
                .compactMap { index, secret in
                    guard let mode = secret.mode, mode.bits & 0o133 != 0 else { return nil }
                    return LintFinding(
                        field: "secrets[\(index)].mode",
                        "a secret needs to be read by its user, and nothing else",
                        help: "write `\"0400\"`",
                        fix: .set("secrets[\(index)].mode", "\"0400\"")
                    )
                }
        }
    )
}
