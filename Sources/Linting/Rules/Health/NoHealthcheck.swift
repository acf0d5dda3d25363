import ResourceModel

extension LintRule {
    static let noHealthcheck = LintRule(
        "5015",
        "no-healthcheck",
        .health,
        .note,
        "A service that others connect to has no health check.",
        why: "A process that runs is not yet a service that answers: one that hangs keeps getting connections, and "
            + "an update goes on to the next instance before the new one is ready.",
        remedy: "Write healthcheck, so that an instance that hangs gets no connections and is replaced.",
        example: .service(
            fails: """
                image: shop/web:1
                ports: ['8080:80']
                replicas: 2
                """,
            passes: """
                image: shop/web:1
                ports: ['8080:80']
                replicas: 2
                healthcheck: {command: [wget, -q, -O, /dev/null, 'http://127.0.0.1/']}
                """
        ),
        check: .services { service, subject in
            guard !service.mode.isJob, !service.ports.isEmpty, service.readinessProbe == nil else { return [] }
            return [
                LintFinding(
                    field: nil,
                    "Service `\(subject.name)` offers ports and has no health check",
                    help: "add a `healthcheck`",
                    fix: probe(service, subject)
                )
            ]
        }
    )

    /// A connection to the first port, which is all that is known of the service.
    ///
    /// Engines run commands alone as probes.
    private static func probe(_ service: ServiceSpec, _ subject: LintSubject) -> LintFix? {
        guard !subject.context.hasImages, let port = service.ports.first(where: { $0.transport == .tcp }) else {
            return nil
        }
        return .set("healthcheck", "{tcp: {port: \(port.target)}}")
    }
}
