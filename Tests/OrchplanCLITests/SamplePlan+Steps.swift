import Plans
import ResourceModel

extension SamplePlan {
    static var network: PlanStep {
        var spec = NetworkSpec()
        spec.encrypted = true
        spec.ipam = IPAMSpec()
        spec.ipam?.subnets = [SubnetSpec()]
        spec.ipam?.subnets[0].subnet = "10.7.0.0/24"
        return PlanStep(
            id: 0,
            address: .init(.network, "front"),
            action: .create,
            reasons: [.notRecorded],
            after: text(.init(.network, "front"), .network(spec))
        )
    }

    static var config: PlanStep {
        func spec(_ lines: [String]) -> ResourceSpec {
            var spec = ConfigSpec()
            spec.content = ConfigContent(bytes: Array(lines.joined(separator: "\n").utf8))
            return .config(spec)
        }
        let before = (1...9).map { "option_\($0) on;" } + ["worker_connections 512;", "server_name läden.example;"]
        var after = before
        after[9] = "worker_connections 1024;"
        after.insert("gzip on;\u{1B}[2J", at: 3)
        let address = ResourceAddress(.config, "nginx")
        return PlanStep(
            id: 0,
            address: address,
            action: .supersede,
            reasons: [.fieldsChanged],
            changes: [
                FieldChange(
                    path: "content",
                    before: .string(before.joined(separator: "\n") + "\n"),
                    after: .string(after.joined(separator: "\n") + "\n")
                )
            ],
            before: text(address, spec(before)),
            after: text(address, spec(after)),
            objectName: "nginx-9f2d41c07ab3"
        )
    }

    static var secret: PlanStep {
        func spec(_ digit: Character) -> ResourceSpec {
            var spec = SecretSpec()
            spec.source = .file("secrets/redis.txt")
            spec.digest = fingerprint(digit)
            return .secret(spec)
        }
        let address = ResourceAddress(.secret, "redis-password")
        return PlanStep(
            id: 0,
            address: address,
            action: .supersede,
            reasons: [.fieldsChanged],
            changes: [
                FieldChange(
                    path: "digest",
                    before: .string(fingerprint("a").text),
                    after: .string(fingerprint("b").text),
                    isSensitive: true
                )
            ],
            before: text(address, spec("a")),
            after: text(address, spec("b")),
            objectName: "redis-password-bbbbbbbbbbbb"
        )
    }

    static var database: PlanStep {
        let address = ResourceAddress(.service, "db")
        var before = ServiceSpec()
        before.image = "postgres:16.4"
        before.mounts = [MountSpec(type: .volume, source: "data", target: "/var/lib/postgresql/data")]
        before.networks = [NetworkAttachment(network: "back")]
        before.environment = ["PGTZ": .text("UTC"), "PGUSER": .text("shop")]
        var after = before
        after.image = "postgres:16.6"
        return PlanStep(
            id: 0,
            address: address,
            action: .update,
            reasons: [.fieldsChanged],
            changes: [
                FieldChange(path: "image", before: .string("postgres:16.4"), after: .string("postgres:16.6"))
            ],
            before: text(address, .service(before)),
            after: text(address, .service(after)),
            protect: true,
            batch: 1,
            rollout: Rollout(
                kind: .orchestrated,
                template: fingerprint("d"),
                desiredReplicas: 1,
                replacements: [SlotReplacement(slot: 1, old: ["db.1.aa"])],
                isProbed: true
            )
        )
    }

    static var migrate: PlanStep {
        var spec = ServiceSpec()
        spec.image = "shop/migrate:1.5.0"
        spec.mode = .replicatedJob
        spec.restart = RestartPolicy(condition: .onFailure)
        spec.dependsOn = [ServiceDependency(service: "db", condition: .healthy)]
        return PlanStep(
            id: 0,
            address: .init(.service, "migrate"),
            action: .create,
            reasons: [.notRecorded],
            after: text(.init(.service, "migrate"), .service(spec)),
            batch: 2,
            rollout: Rollout(
                kind: .orchestrated,
                template: fingerprint("e"),
                desiredReplicas: 1,
                additions: [1],
                isJob: true
            )
        )
    }

    static var cache: PlanStep {
        PlanStep(
            id: 0,
            address: .init(.volume, "cache"),
            action: .replace,
            reasons: [.replacementForced(fields: ["driver"])],
            changes: [
                FieldChange(path: "driver", before: .string("local"), after: .string("nfs"), forcesReplacement: true),
                FieldChange(
                    path: "driverOptions.o",
                    before: nil,
                    after: .string("addr=10.0.0.7,rw"),
                    forcesReplacement: true
                ),
            ],
            batch: 1
        )
    }

    static var retired: PlanStep {
        PlanStep(
            id: 0,
            address: .init(.secret, "redis-password"),
            action: .retire,
            objectName: "redis-password-aaaaaaaaaaaa",
            batch: 3
        )
    }

    static var oldVolume: PlanStep {
        PlanStep(id: 0, address: .init(.volume, "old-uploads"), action: .delete, reasons: [.notDeclared], batch: 3)
    }

    static var oldService: PlanStep {
        PlanStep(
            id: 0,
            address: .init(.service, "mailer"),
            action: .delete,
            reasons: [.notDeclared],
            batch: 3,
            rollout: Rollout(
                kind: .orchestrated,
                template: fingerprint("f"),
                desiredReplicas: 0,
                removals: [InstanceName(slot: 1, id: "mailer.1.aa"), InstanceName(slot: 2, id: "mailer.2.bb")]
            )
        )
    }

    static var recorded: PlanStep {
        PlanStep(
            id: 0,
            address: .init(.service, "search"),
            action: .record,
            reasons: [.recordOnly],
            changes: [FieldChange(path: "update.delay", before: .string("0s"), after: .string("10s"))],
            protect: true
        )
    }
}
