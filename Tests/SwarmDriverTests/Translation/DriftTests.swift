import ResourceModel
import SwarmDriver
import Testing

/// A change of one field of a service, and how drift tells it: declared is the plain service, live the changed one.
struct FieldCase: Sendable, CustomTestStringConvertible {
    var change: @Sendable (inout ServiceSpec) -> Void
    var drift: [FieldDrift]

    init(
        _ field: String,
        _ declared: String?,
        _ live: String?,
        _ change: @escaping @Sendable (inout ServiceSpec) -> Void
    ) {
        self.change = change
        drift = [FieldDrift(field, declared: declared, live: live)]
    }

    var testDescription: String { drift.map(\.field).joined() }
}

@Suite("drift, field by field")
struct DriftTests {
    @Test("a field that was changed behind our back is told by its path", arguments: cases)
    func told(_ item: FieldCase) throws {
        let plain = VariedServices.service {
            $0.healthcheck = HealthCheck()
            $0.healthcheck?.command = ["true"]
        }
        var changed = plain
        item.change(&changed)
        let sent = try VariedServices.forward("web", plain, version: EngineVersion(1, 44))
        let live = try VariedServices.forward("web", changed, version: EngineVersion(1, 44))
        #expect(SpecDrift.fields(sent: sent, live: live, names: VariedServices.names) == item.drift)
    }

    private static let cases: [FieldCase] = [
        FieldCase("image", "orchplan/test:1", "orchplan/test:2") { $0.image = "orchplan/test:2" },
        FieldCase("image", "orchplan/test:1", "orchplan/test:1@sha256:0b") { $0.imageDigest = "sha256:0b" },
        FieldCase("image", "orchplan/test:1", "127.0.0.1:5000/test:latest@sha256:0b") {
            $0.image = "127.0.0.1:5000/test"
            $0.imageDigest = "sha256:0b"
        },
        FieldCase("entrypoint", nil, "/bin/sh -c 'a b'") { $0.entrypoint = ["/bin/sh", "-c", "a b"] },
        FieldCase("command", nil, "sleep 1") { $0.command = ["sleep", "1"] },
        FieldCase("environment.LEVEL", nil, "a=b") { $0.environment["LEVEL"] = .text("a=b") },
        FieldCase("user", nil, "1000") { $0.user = "1000" },
        FieldCase("init", "the engine's default", "false") { $0.initProcess = false },
        FieldCase("readOnly", "false", "true") { $0.readOnly = true },
        FieldCase("stopGracePeriod", "10s", "0s") { $0.stopGracePeriod = .zero },
        FieldCase("labels.team", nil, "") { $0.labels["team"] = "" },
        FieldCase("containerLabels.team", nil, "a") { $0.containerLabels["team"] = "a" },
        FieldCase("replicas", "1", "0") { $0.replicas = 0 },
        FieldCase("ports", nil, "8080:80/udp") { spec in
            var port = PortSpec()
            port.target = 80
            port.published = PortRange(8080, 8080)
            port.transport = .udp
            spec.ports = [port]
        },
        FieldCase("endpointMode", "vip", "dnsrr") { $0.endpointMode = .dnsrr },
        FieldCase("extraHosts", nil, "db:10.0.0.7") { $0.extraHosts = ["db:10.0.0.7"] },
        FieldCase("mounts[/data]", nil, "volume theirs (read-only)") {
            $0.mounts = [MountSpec(type: .volume, source: "theirs", target: "/data", readOnly: true)]
        },
        FieldCase("shmSize", nil, "64MiB") { $0.shmSize = ByteCount(bytes: 64 << 20) },
        FieldCase("secrets[key]", nil, "shop_key-1 (mode 0444, owner 0:0)") { spec in
            spec.secrets = [FileReference(source: "key")]
            spec.secrets[0].object = "key-1"
        },
        FieldCase("healthcheck.startInterval", "5s", "2s") { $0.healthcheck?.startInterval = .seconds(2) },
        FieldCase("healthcheck.command", "CMD true", "CMD-SHELL 'a || b'") {
            $0.healthcheck?.command = ["CMD-SHELL", "a || b"]
        },
        FieldCase("resources.limits.memory", nil, "64MiB") { spec in
            var limits = ResourceLimits()
            limits.memory = ByteCount(bytes: 64 << 20)
            spec.resources = ResourceRequirements()
            spec.resources?.limits = limits
        },
        FieldCase("resources.reservations.devices.gpu", nil, "2") { spec in
            var reservations = ResourceReservations()
            reservations.devices = ["gpu": "2"]
            spec.resources = ResourceRequirements()
            spec.resources?.reservations = reservations
        },
        FieldCase("placement.constraints", nil, "node.role == worker") {
            $0.placement = Placement()
            $0.placement?.constraints = ["node.role == worker"]
        },
        FieldCase("restart.condition", "any", "onFailure") { $0.restart = RestartPolicy(condition: .onFailure) },
        FieldCase("update.onFailure", "pause", "rollback") {
            $0.update = UpdatePolicy()
            $0.update?.onFailure = .rollback
        },
        FieldCase("rollback.monitor", "5s", "0s") {
            $0.rollback = UpdatePolicy()
            $0.rollback?.monitor = .zero
        },
        FieldCase("logging.driver", nil, "local") {
            $0.logging = LoggingSpec()
            $0.logging?.driver = "local"
        },
        FieldCase("securityOptions", nil, "apparmor=unconfined, no-new-privileges, seccomp=unconfined") {
            $0.securityOptions = ["no-new-privileges:true", "seccomp=unconfined", "apparmor:unconfined"]
        },
        FieldCase("ulimits.nofile", nil, "1:2") { $0.ulimits = ["nofile": Ulimit(soft: 1, hard: 2)] },
        FieldCase("platform", nil, "linux/arm64") { $0.platform = "linux/arm64/v8" },
    ]

    @Test("attached networks have their manifests' names, aliases a field of their own")
    func networks() throws {
        let spec = VariedServices.service { $0.networks = [NetworkAttachment(network: "front", aliases: ["a"])] }
        let other = VariedServices.service { $0.networks = [NetworkAttachment(network: "back")] }
        let drift = SpecDrift.fields(
            sent: try VariedServices.forward("web", spec),
            live: try VariedServices.forward("web", other),
            names: VariedServices.names
        )
        #expect(drift.map(\.field) == ["networks", "networks[back].aliases", "networks[front].aliases"])
        #expect(drift.first == FieldDrift("networks", declared: "front", live: "back"))
    }

    @Test("what no manifest has is told by the engine's own path; labels of our own and forced rollouts are no drift")
    func foreign() throws {
        let sent = try VariedServices.forward("web", VariedServices.service { _ in })
        var live = sent
        live.change("TaskTemplate") { task in
            task["ForceUpdate"] = .integer(3)
            task.change("ContainerSpec") { $0["OomScoreAdj"] = .integer(-500) }
        }
        live.change("Labels") { $0["orchplan.operation"] = .string("another") }
        #expect(
            SpecDrift.fields(sent: sent, live: live) == [
                FieldDrift("engine.TaskTemplate.ContainerSpec.OomScoreAdj", declared: nil, live: "-500")
            ]
        )
        let next = ServiceForward.carrying(live, into: sent)
        #expect(next["TaskTemplate"]?["ForceUpdate"] == .integer(3))
        #expect(ServiceForward.carrying(sent, into: sent) == sent)
    }
}
