import ResourceModel

extension LintRule {
    static let plainOverlay = LintRule(
        "5052",
        "plain-overlay",
        .security,
        nil,
        "Traffic between nodes on a network is not encrypted.",
        why: "Between nodes the packets of an overlay travel as they are, for everybody on the way to read.",
        remedy: "Write encrypted: true, unless the network below is trusted or the services encrypt.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                spec: {driver: overlay}
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
                spec: {driver: overlay, encrypted: true}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', networks: [back]}
                """
        ),
        check: .resources { resource, context in
            guard case .network(let network) = resource.spec, !network.external, !network.encrypted,
                network.driver == "overlay" || (network.driver == nil && context.mayHaveManyNodes)
            else { return [] }
            return [
                LintFinding(
                    field: network.driver == nil ? nil : "driver",
                    "what passes between nodes on Network `\(resource.address.name)` can be read on the way",
                    help: "write `encrypted: true`",
                    fix: .set("encrypted", "true")
                )
            ]
        }
    )
}
