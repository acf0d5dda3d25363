import ResourceModel

extension LintOption {
    fileprivate static let length = LintOption(
        "short-secret",
        "length",
        .count(16),
        "How many characters a generated secret is to have at least."
    )
}

extension LintRule {
    static let shortSecret = LintRule(
        "5059",
        "short-secret",
        .secrets,
        .warning,
        "A generated secret is shorter than 16 characters.",
        why: "What is generated costs nobody a keystroke, so nothing speaks for a secret that can be guessed.",
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
        options: [.length],
        check: .resources { resource, context in
            guard case .secret(let secret) = resource.spec, case .generate(let length, _, _) = secret.source,
                length < context.count(.length)
            else { return [] }
            return [
                LintFinding(
                    field: "generate.length",
                    "\(length) characters can be guessed",
                    help: "write 32",
                    fix: .set("generate.length", "32")
                )
            ]
        }
    )
}
