import ResourceModel

extension LintRule {
    static let unusedResource = LintRule(
        "5022",
        "unused-resource",
        .references,
        .warning,
        "Nothing uses a network, volume, secret or config.",
        why: "Either it is left over, or a service forgot to use it.",
        remedy: "Use it in a service, or remove it.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Config
                metadata: {name: motd}
                spec: {content: hello}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Config
                metadata: {name: motd}
                spec: {content: hello}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', configs: [motd]}
                """
        ),
        check: .all { context in
            var used = Array(repeating: false, count: context.graph.resources.count)
            for edges in context.graph.edges { for edge in edges { used[edge.to] = true } }
            return context.graph.resources.enumerated()
                .compactMap { index, resource in
                    guard !used[index], resource.address.kind != .service else { return nil }
                    let name = resource.address.kind.manifestName
                    return (
                        resource.address,
                        LintFinding(
                            field: nil,
                            "\(name) `\(resource.address.name)` is used by no service",
                            help: "use it, or remove it"
                        )
                    )
                }
        }
    )
}
