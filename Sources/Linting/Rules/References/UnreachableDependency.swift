import ResourceModel

extension LintRule {
    static let unreachableDependency = LintRule(
        "5023",
        "unreachable-dependency",
        .references,
        .warning,
        "A service depends on another that is on none of its networks.",
        why: "Services find each other by name on a network that they share. Without one the dependency is waited "
            + "for and cannot be talked to.",
        remedy: "Put both on one network, or remove the dependency if they do not talk.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: front}
                ---
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', networks: [back], healthcheck: {command: [check]}}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', networks: [front], dependsOn: [db]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: front}
                ---
                apiVersion: orchplan/v1
                kind: Network
                metadata: {name: back}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', networks: [back], healthcheck: {command: [check]}}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', networks: [front, back], dependsOn: [db]}
                """
        ),
        check: .services { service, subject in
            guard !service.dependsOn.isEmpty else { return [] }
            let context = subject.context
            let networks = service.networks.map(\.network)
            return service.dependsOn.enumerated()
                .compactMap { index, dependency in
                    guard dependency.condition != .completed,
                        let other = subject.facts(ofDependency: index, of: service),
                        isApart(networks, other.networks),
                        // A name that leads nowhere is told as that, and may be meant for one that they share.
                        context.hasAll(networks), context.hasAll(other.networks)
                    else { return nil }
                    return LintFinding(
                        field: "dependsOn",
                        at: index,
                        "`\(subject.name)` and `\(dependency.service)` are on no network together",
                        help: "put both on one network",
                        related: LintRelation(
                            ResourceAddress(.service, dependency.service),
                            field: other.networks.isEmpty ? nil : "networks",
                            other.networks.isEmpty ? "it names no network" : "its networks are given here"
                        )
                    )
                }
        }
    )

    /// Whether a service's networks are none of another one's; those that name none are on the default one.
    private static func isApart(_ own: [String], _ others: [String]) -> Bool {
        if own.isEmpty || others.isEmpty {
            return own.isEmpty != others.isEmpty && !(own + others).contains("default")
        }
        return !own.contains { others.contains($0) }
    }
}
