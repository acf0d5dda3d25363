import ResourceModel

extension LintRule {
    static let longName = LintRule(
        "5061",
        "long-name",
        .naming,
        .warning,
        "A name is too long together with the project's, so the cluster's own name of it is cut.",
        why: "The engine's names have at most 63 bytes. What is cut no longer tells one long name from another.",
        remedy: "Shorten the name, or write spec.name where there is one.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: a-service-whose-name-tells-everything-that-could-be-told-about}
                spec: {image: 'shop/web:1'}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1'}
                """
        ),
        check: .resources { resource, context in
            let length = context.graph.project.utf8.count + 1 + resource.address.name.utf8.count
            guard length > 63, context.capabilities?.driver != "local" else { return [] }
            return [
                LintFinding(
                    field: nil,
                    "`\(context.graph.project)_\(resource.address.name)` has \(length) bytes, and the engine takes 63: it will be cut",
                    help: "shorten it"
                )
            ]
        }
    )
}
