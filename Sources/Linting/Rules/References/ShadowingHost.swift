import ResourceModel

extension LintRule {
    static let shadowingHost = LintRule(
        "5027",
        "shadowing-host",
        .references,
        .warning,
        "An extra host has the name of a service, which then cannot be reached by it.",
        why: "A line in the hosts file wins over the service's own name, so connections go to the fixed address and "
            + "past the service.",
        remedy: "Remove the extra host, or give it another name.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1'}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', extraHosts: ['db:192.0.2.7']}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1'}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', extraHosts: ['old-db:192.0.2.7']}
                """
        ),
        check: .services { service, subject in
            service.extraHosts.enumerated()
                .compactMap { index, host in
                    let name = String(host.prefix { $0 != ":" && $0 != "=" })
                    guard subject.context.hasService(name) else { return nil }
                    return LintFinding(
                        field: "extraHosts",
                        at: index,
                        "the service `\(name)` cannot be reached by its name here",
                        help: "use another name",
                        related: LintRelation(ResourceAddress(.service, name), "this service has the name")
                    )
                }
        }
    )
}
