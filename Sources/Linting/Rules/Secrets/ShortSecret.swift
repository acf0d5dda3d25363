import ResourceModel

extension LintRule {
    /// What is generated costs nothing, so it can be long.
    static let shortSecret = LintRule(
        "5059",
        "short-secret",
        .secrets,
        .warning,
        "A generated secret is shorter than 16 characters.",
        remedy: "Raise generate.length: nobody has to type it.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: token}
                spec: {generate: {length: 8}}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', secrets: [token]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Secret
                metadata: {name: token}
                spec: {generate: {length: 32}}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', secrets: [token]}
                """
        ),
        check: .resources { resource, _ in
            guard case .secret(let secret) = resource.spec, case .generate(let length, _, _) = secret.source, length < 16 else { return [] }
            return [LintFinding(field: "generate.length", "\(length) characters can be guessed", help: "write 32", fix: .set("generate.length", "32"))]
        }
    )
}
