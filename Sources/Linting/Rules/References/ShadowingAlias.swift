import ResourceModel

extension LintRule {
    static let shadowingAlias = LintRule(
        "5026",
        "shadowing-alias",
        .references,
        .warning,
        "An alias is another service's name on the same network.",
        why: "A name that two services answer to leads to either of them, connection by connection.",
        remedy: "Choose another alias: both services would answer to it.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', networks: [back]}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: replica}
                spec: {image: 'shop/db:1', networks: [{network: back, aliases: [db]}]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', networks: [back]}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: replica}
                spec: {image: 'shop/db:1', networks: [{network: back, aliases: [db-reader]}]}
                """
        ),
        check: .services { service, subject in
            service.networks.enumerated()
                .flatMap { index, attachment in
                    attachment.aliases.compactMap { alias in
                        guard alias != subject.name,
                            let other = subject.context.facts(.service, alias),
                            other.networks.contains(attachment.network)
                        else { return nil }
                        return LintFinding(
                            field: "networks[\(index)].aliases",
                            "`\(alias)` is another service on `\(attachment.network)`: the name leads to both",
                            help: "choose another alias",
                            related: LintRelation(ResourceAddress(.service, alias), "this service has the name")
                        )
                    }
                }
        }
    )
}
