import Plans
import ResourceModel

extension SamplePlan {
    /// An update that touches scalars, lists, maps, secrets and replicas.
    static var web: PlanStep {
        let address = ResourceAddress(.service, "web")
        let before = webBefore
        let after = webAfter
        var policy = UpdatePolicy()
        policy.batch = .count(2)
        policy.delay = .seconds(10)
        policy.onFailure = .rollback
        policy.order = .startFirst
        return PlanStep(
            id: 0,
            address: address,
            action: .update,
            reasons: [.fieldsChanged, .contentChanged(.init(.secret, "redis-password"))],
            changes: webChanges(before, after),
            before: text(address, .service(before)),
            after: text(address, .service(after)),
            batch: 2,
            rollout: Rollout(
                kind: .orchestrated,
                template: fingerprint("c"),
                desiredReplicas: 4,
                replacements: (1...3).map { SlotReplacement(slot: $0, old: ["web.\($0).aa"]) },
                additions: [4],
                parallelism: 2,
                policy: policy,
                rollback: RollbackPlan(
                    resource: text(address, .service(before)),
                    fingerprint: fingerprint("1"),
                    template: fingerprint("2"),
                    replicas: 3,
                    parallelism: 1,
                    policy: UpdatePolicy()
                ),
                isProbed: true
            )
        )
    }

    /// The web's spec after the update.
    static var webAfter: ServiceSpec {
        var after = webBefore
        after.image = "registry.example.com/shop/storefront:2026.11.21-1f3c9d2"
        after.replicas = 4
        after.command = ["serve", "--listen", "0.0.0.0:8080", "--workers", "8", "--cache", "redis://cache:6379/0"]
        after.environment["GREETING"] = .text("Grüße, 世界")
        after.environment["LEGACY_MODE"] = nil
        after.secrets[0].object = "redis-password-bbbbbbbbbbbb"
        return after
    }

    private static var webBefore: ServiceSpec {
        var spec = ServiceSpec()
        spec.image = "registry.example.com/shop/storefront:2026.11.07-77ab01e"
        spec.replicas = 3
        spec.command = ["serve", "--listen", "0.0.0.0:8080", "--workers", "4"]
        spec.environment = ["LEGACY_MODE": .text("1"), "LOG_LEVEL": .text("info"), "REGION": .text("eu")]
        spec.ports = [PortSpec()]
        spec.ports[0].name = "http"
        spec.ports[0].target = 8080
        spec.ports[0].published = PortRange(80, 80)
        spec.networks = [NetworkAttachment(network: "front"), NetworkAttachment(network: "back")]
        spec.secrets = [FileReference(source: "redis-password")]
        spec.secrets[0].object = "redis-password-aaaaaaaaaaaa"
        spec.healthcheck = HealthCheck()
        spec.healthcheck?.http = HTTPProbe()
        spec.healthcheck?.http?.port = 8080
        return spec
    }

    private static func webChanges(_ before: ServiceSpec, _ after: ServiceSpec) -> [FieldChange] {
        func list(_ words: [String]?) -> CanonicalValue { .array((words ?? []).map(CanonicalValue.string)) }
        return [
            FieldChange(
                path: "image",
                before: before.image.map(CanonicalValue.string),
                after: after.image.map(CanonicalValue.string)
            ),
            FieldChange(path: "command", before: list(before.command), after: list(after.command)),
            FieldChange(path: "environment.GREETING", before: nil, after: .string("Grüße, 世界")),
            FieldChange(path: "environment.LEGACY_MODE", before: .string("1"), after: nil),
            FieldChange(path: "replicas", before: .integer(3), after: .integer(4)),
            FieldChange(
                path: "secrets[redis-password].object",
                before: .string("redis-password-aaaaaaaaaaaa"),
                after: .string("redis-password-bbbbbbbbbbbb")
            ),
        ]
    }

    /// A creation with most of what a service can say.
    static var worker: PlanStep {
        var spec = ServiceSpec()
        spec.image = "shop/worker:1.5.0"
        spec.command = ["work", "--queue", "mail"]
        spec.environment = [
            "DATABASE_URL": .text("postgres://shop@db:5432/shop?sslmode=verify-full&application_name=worker"),
            "REDIS_PASSWORD": .secret(name: "redis-password", object: "redis-password-bbbbbbbbbbbb"),
            "SAYS": .text("a \"quoted\" word"),
        ]
        spec.replicas = 2
        spec.ports = [PortSpec(), PortSpec()]
        spec.ports[0].name = "metrics"
        spec.ports[0].target = 9100
        spec.ports[1].target = 53
        spec.ports[1].transport = .udp
        spec.ports[1].mode = .host
        spec.ports[1].published = PortRange(5300, 5310)
        spec.ports[1].hostIP = "127.0.0.1"
        spec.networks = [NetworkAttachment(network: "back", aliases: ["jobs", "mail-worker"])]
        spec.mounts = [
            MountSpec(type: .volume, source: "uploads", target: "/srv/uploads", readOnly: true),
            MountSpec(type: .tmpfs, source: nil, target: "/tmp"),
        ]
        spec.configs = [FileReference(source: "nginx", target: "/etc/nginx/nginx.conf")]
        spec.healthcheck = HealthCheck()
        spec.healthcheck?.command = ["worker", "ping"]
        spec.healthcheck?.interval = .seconds(5)
        spec.resources = ResourceRequirements()
        spec.resources?.limits = ResourceLimits()
        spec.resources?.limits?.memory = ByteCount(bytes: 512 << 20)
        spec.resources?.limits?.cpus = CPUCount(nanoCPUs: 1_500_000_000)
        spec.update = UpdatePolicy()
        spec.update?.order = .startFirst
        spec.dependsOn = [ServiceDependency(service: "db", condition: .healthy)]
        return PlanStep(
            id: 0,
            address: .init(.service, "worker"),
            action: .create,
            reasons: [.notRecorded],
            after: text(.init(.service, "worker"), .service(spec)),
            batch: 2,
            rollout: Rollout(
                kind: .orchestrated,
                template: fingerprint("9"),
                desiredReplicas: 2,
                additions: [1, 2],
                parallelism: 2,
                isProbed: true
            )
        )
    }
}
