import ResourceModel

extension LintRule {
    static let unfinishedJob = LintRule(
        "5024",
        "unfinished-job",
        .references,
        .warning,
        "A service waits for a job, but not for its end.",
        why: "A service that waits for the start of a job goes ahead while the job is still at work, such as on the "
            + "tables that it needs.",
        remedy: "Write condition: completed.",
        example: .manifests(
            fails: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: migrate}
                spec: {image: 'shop/migrate:1', mode: replicatedJob}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', dependsOn: [{service: migrate, condition: started}]}
                """,
            passes: """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: migrate}
                spec: {image: 'shop/migrate:1', mode: replicatedJob}
                ---
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: web}
                spec: {image: 'shop/web:1', dependsOn: [{service: migrate, condition: completed}]}
                """
        ),
        check: .services { service, subject in
            service.dependsOn.enumerated()
                .compactMap { index, dependency in
                    guard dependency.condition != .completed,
                        subject.facts(ofDependency: index, of: service)?.isJob == true
                    else { return nil }
                    return LintFinding(
                        field: "dependsOn",
                        at: index,
                        "`\(subject.name)` does not wait until the job `\(dependency.service)` is done",
                        help: "write `condition: completed`",
                        fix: .condition("completed", ofDependency: index, on: dependency.service)
                    )
                }
        }
    )
}
