import ResourceModel
import SourceDiagnostics

extension LintRule {
    static let keyInConfig = LintRule(
        "5056",
        "key-in-config",
        .secrets,
        .error,
        "A config holds a private key.",
        why: "The content of a config can be read by everybody who may ask the engine. The content of a secret is not.",
        remedy: "Make it a Secret: the content of configs can be read by everybody who may ask the engine.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Config
                metadata: {name: tls}
                spec:
                  content: |
                    -----BEGIN PRIVATE KEY-----
                    MC4CAQAwBQYDK2VwBCIEIA
                    -----END PRIVATE KEY-----
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', configs: [tls]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: tls}
                spec: {external: true}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', secrets: [tls]}
                """
        ),
        check: .resources { resource, _ in
            guard case .config(let config) = resource.spec, let bytes = config.content?.bytes,
                SecretWords.holdsPrivateKey(bytes)
            else { return [] }
            return [
                LintFinding(
                    field: nil,
                    "Config `\(resource.address.name)` holds a private key, which everybody who may ask the engine can read",
                    help: "make it a Secret"
                )
            ]
        }
    )
}
