import ResourceModel

extension LintRule {
    /// Between nodes an overlay's packets travel as they are.
    static let plainOverlay = LintRule(
        "5052",
        "plain-overlay",
        .security,
        nil,
        "Traffic between nodes on a network is not encrypted.",
        remedy: "Write encrypted: true, unless the network below is trusted or the services encrypt.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                spec: {driver: overlay}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                spec: {driver: overlay, encrypted: true}
                """
        ),
        check: .resources { resource, context in
            guard case .network(let network) = resource.spec, !network.external, !network.encrypted,
                network.driver == "overlay" || (network.driver == nil && context.hasManyNodes)
            else { return [] }
            return [LintFinding(field: network.driver == nil ? nil : "driver", "what passes between nodes on Network `\(resource.address.name)` can be read on the way", help: "write `encrypted: true`", fix: .set("encrypted", "true"))]
        }
    )
}
