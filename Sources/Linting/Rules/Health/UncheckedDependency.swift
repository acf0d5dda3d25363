import ResourceModel

extension LintRule {
    static let uncheckedDependency = LintRule(
        "5021",
        "unchecked-dependency",
        .health,
        .note,
        "A service waits until another is healthy, which nothing checks.",
        why: "Without a check an instance counts as healthy as soon as its process runs, so the wait ends before the "
            + "other service answers.",
        remedy: "Give the other service a healthcheck, or write condition: started.",
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
                spec: {image: 'shop/web:1', dependsOn: [db]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: db}
                spec: {image: 'shop/db:1', healthcheck: {command: [check]}}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', dependsOn: [db]}
                """
        ),
        check: .services { service, subject in
            service.dependsOn.enumerated()
                .compactMap { index, dependency in
                    guard dependency.condition == .healthy,
                        let other = subject.facts(ofDependency: index, of: service), !other.isProbed, !other.isJob
                    else { return nil }
                    return LintFinding(
                        field: "dependsOn",
                        at: index,
                        "`\(dependency.service)` is waited for until it is healthy, but has no health check",
                        help: "add a `healthcheck` to it, or write `condition: started`",
                        related: LintRelation(
                            ResourceAddress(.service, dependency.service),
                            "nothing tells when this one is healthy"
                        ),
                        fix: .condition("started", ofDependency: index, on: dependency.service)
                    )
                }
        }
    )
}
