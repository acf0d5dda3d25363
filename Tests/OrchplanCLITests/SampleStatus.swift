import Plans
import ResourceModel
import StateStores

@testable import OrchplanCLI

/// A project in which something of everything is going on, as read at one moment.
enum SampleStatus {
    static let now = SampleState.now

    /// Everything: a crash loop, an unhealthy instance, a job, a rollout, one service too few and one too many.
    static let troubled: StatusInput = {
        var input = StatusInput(
            recorded: state,
            inventory: inventory,
            now: now,
            hostAddress: "127.0.0.1"
        )
        input.facts = Dictionary(uniqueKeysWithValues: facts.map { ($0.id, $0) })
        input.usage = ["web.1.3f9c2a7b": InstanceUsage(cpus: 0.124, memory: ByteCount(bytes: 88_400_000))]
        input.logs = [
            "db.1.3f9c2a7b": [
                "LOG: redo starts at 0/16B3D80", "FATAL: \u{1B}[31mno space\u{1B}[0m left on device\u{07}, see " + long,
            ],
            "api.2.3f9c2a7b": ["GET /healthz 503 pool exhausted"],
        ]
        input.events = events
        input.unsupported = [
            UnsupportedField(
                .service,
                "resources.limits",
                reason: "limits are not enforced: instances share the machine"
            )
        ]
        return input
    }()

    /// The same while an apply is replacing the web's instances.
    static let rollingOut: StatusInput = {
        var input = troubled
        for index in 1...2 { input.inventory.services[4].instances[index].template = SamplePlan.fingerprint("f") }
        let request = LockRequest(
            id: "3f2a",
            holder: "ann",
            host: "laptop",
            pid: 4242,
            bootID: "b",
            startTicks: 1,
            operation: "apply",
            now: SampleState.ago(75)
        )
        input.holder = LockHolder(
            request: request,
            acquiredAt: SampleState.ago(75),
            heartbeatAt: SampleState.ago(1)
        )
        return input
    }()

    /// The same when that apply is gone: it left what it was replacing half done, and a job that it had begun again.
    static let interrupted: StatusInput = {
        var input = rollingOut
        input.holder = nil
        input.interrupted = 42
        input.recorded.openOperations = [
            OperationRecord(
                id: "0123456789ab-4-2",
                plan: "0123456789ab",
                address: ResourceAddress(.service, "web"),
                action: "start instance web.2",
                startedAt: SampleState.ago(75)
            )
        ]
        input.recorded.begunAgain = [ResourceAddress(.service, "web"), ResourceAddress(.service, "migrate")]
        return input
    }()

    /// Everything runs, and the apply was killed before it could say so.
    static let diedAtTheEnd: StatusInput = {
        var input = well
        input.interrupted = 42
        return input
    }()

    /// Everything runs, and somebody put an old state back.
    static let oldCopy: StatusInput = {
        var input = well
        input.isOldCopy = true
        return input
    }()

    /// Nothing but what is as it should be.
    static let well: StatusInput = {
        var input = troubled
        let names = ["migrate", "web"]
        input.inventory.services.removeAll { !names.contains($0.address.name) }
        input.recorded.resources.removeAll { !names.contains($0.address.name) }
        return input
    }()

    private static let long = String(repeating: "/var/lib/postgresql/15/main/pg_wal ", count: 5)

    private static let state: RecordedState = {
        var state = SampleState.state
        var web = SamplePlan.webAfter
        web.resources = ResourceRequirements()
        web.resources?.limits = ResourceLimits()
        web.resources?.limits?.memory = ByteCount(bytes: 512 << 20)
        web.resources?.limits?.pids = 64
        web.networks = [
            NetworkAttachment(network: "back"), NetworkAttachment(network: "front", aliases: ["www", "shop"]),
        ]
        web.healthcheck = HealthCheck()
        web.healthcheck?.http = HTTPProbe()
        web.healthcheck?.http?.path = "/healthz"
        web.healthcheck?.http?.port = 8080
        web.healthcheck?.interval = .seconds(2)
        var api = ServiceSpec()
        api.replicas = 2
        api.command = ["api"]
        for (name, spec) in [("web", web), ("api", api)] {
            let address = ResourceAddress(.service, name)
            let record = RecordedResource(
                address: address,
                resource: CanonicalText(Resource(address: address, spec: .service(spec))),
                fingerprint: SamplePlan.fingerprint("d"),
                objectName: name,
                revision: 41
            )
            state.resources.removeAll { $0.address == address }
            state.resources.append(record)
        }
        state.resources.sort { $0.address < $1.address }
        return state
    }()

    private static let inventory = Inventory(services: [
        service(
            "api",
            2,
            address: "127.77.0.5",
            [
                instance("api", 1), instance("api", 2, .running, false, 0, nil, "unhealthy: GET /healthz answered 503"),
            ]
        ),
        service(
            "db",
            1,
            address: "127.77.0.3",
            [
                instance("db", 1, .backoff, false, 14, .code(1), "FATAL: \u{1B}[31mno space\u{1B}[0m left")
            ]
        ),
        service("migrate", 1, [instance("migrate", 1, .completed, false)]),
        service("stranger", 1, [instance("stranger", 1, .running, true, 9, .signal(9))]),
        service(
            "web",
            4,
            address: "127.77.0.4",
            (1...4)
                .map {
                    var web = instance("web", $0)
                    web.limits = limits
                    return web
                }
        ),
    ])

    /// What holds the web's instances.
    private static let limits = [
        HeldLimit("memory", "512MiB", by: "cgroup v2"), HeldLimit("pids", "64", unheld: "no writable cgroup"),
    ]

    private static let facts: [InstanceFacts] = inventory.services.flatMap(\.instances).enumerated()
        .map { index, instance in
            var facts = InstanceFacts(id: instance.id)
            let time = Int(now.milliseconds)
            facts.since = time - (index + 1) * 41_000
            facts.startedAt = time - (index + 1) * 47_000
            if instance.phase == .backoff { facts.startsAgainAt = time + 7400 }
            if instance.phase == .running {
                facts.process = 23_000 + index
                facts.ports = [InstancePortFact(target: 8080, port: 20_931 + index)]
            }
            return facts
        }

    private static let events: [StatusEvent] = [
        StatusEvent(time: SampleState.ago(9000), subject: "agent", text: "adopted everything"),
        StatusEvent(time: SampleState.ago(4000), subject: "web.1.aaaaaaaa", text: "stopped and removed"),
        StatusEvent(time: SampleState.ago(3998), subject: "web.1.3f9c2a7b", text: "healthy"),
        StatusEvent(
            time: SampleState.ago(90),
            subject: "db.1.3f9c2a7b",
            text: "ended (exit status 1), starts again in 32s"
        ),
        StatusEvent(
            time: SampleState.ago(24),
            subject: "db.1.3f9c2a7b",
            text: "ended (exit status 1: FATAL: \u{1B}[31mno space\u{1B}[0m left), starts again in 32s"
        ),
        StatusEvent(time: SampleState.ago(3), subject: "api.2.3f9c2a7b", text: "unhealthy: GET /healthz answered 503"),
    ]

    private static func service(
        _ name: String,
        _ replicas: Int,
        address: String? = nil,
        _ instances: [ObservedInstance]
    ) -> ObservedService {
        ObservedService(
            labels: OwnershipLabels(
                project: "shop",
                address: .init(.service, name),
                fingerprint: SamplePlan.fingerprint("d"),
                operation: "op-1"
            ),
            template: SamplePlan.fingerprint("e"),
            desiredReplicas: replicas,
            instances: instances,
            virtualAddress: address
        )
    }

    private static func instance(
        _ service: String,
        _ slot: Int,
        _ phase: InstancePhase = .running,
        _ isHealthy: Bool = true,
        _ restarts: Int = 0,
        _ exit: ResourceModel.ExitStatus? = nil,
        _ message: String? = nil
    ) -> ObservedInstance {
        ObservedInstance(
            id: "\(service).\(slot).3f9c2a7b",
            slot: slot,
            node: "laptop",
            template: SamplePlan.fingerprint("e"),
            phase: phase,
            isHealthy: isHealthy,
            restarts: restarts,
            exitStatus: exit,
            message: message
        )
    }
}
