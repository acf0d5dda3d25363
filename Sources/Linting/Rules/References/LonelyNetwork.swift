import ResourceModel

extension LintRule {
    static let lonelyNetwork = LintRule(
        "5025",
        "lonely-network",
        .references,
        nil,
        "A network has only one service on it.",
        why: "A network is for services to meet on. With one service on it, another was probably meant to be there.",
        remedy: "Put the services that it is meant to connect on it, or remove it.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', networks: [back]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', networks: [back]}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: worker}
                spec: {image: 'shop/worker:1', networks: [back]}
                """
        ),
        check: .all { context in
            var users = Array(repeating: 0, count: context.graph.resources.count)
            for edges in context.graph.edges { for edge in edges { users[edge.to] += 1 } }
            return context.graph.resources.enumerated()
                .compactMap { index, resource in
                    guard users[index] == 1, case .network(let network) = resource.spec, !network.external,
                        !network.attachable
                    else { return nil }
                    return (
                        resource.address,
                        LintFinding(
                            field: nil,
                            "only one service is on Network `\(resource.address.name)`",
                            help: "put others on it, or remove it"
                        )
                    )
                }
        }
    )
}
