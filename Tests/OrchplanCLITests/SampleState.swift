import Plans
import ResourceModel
import StateStores

/// A recorded state and an inventory with healthy, troubled, missing and unknown services.
enum SampleState {
    static let now = Timestamp(milliseconds: 1_795_243_320_000)

    static func ago(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: now.milliseconds - seconds * 1000) }

    static let revisions = [
        Revision(
            number: 42,
            startedAt: ago(75),
            author: "ann@laptop",
            summary: "1 added, 2 changed, 0 destroyed",
            plan: SamplePlan.fingerprint("a").text
        ),
        Revision(
            number: 41,
            startedAt: ago(5000),
            finishedAt: ago(4910),
            author: "deploy-bot@runner-7f3c.ci.example.com",
            outcome: .rolledBack,
            summary: "0 added, 1 changed, 0 destroyed; 1 rolled back",
            plan: SamplePlan.fingerprint("b").text
        ),
        Revision(
            number: 40,
            startedAt: ago(9000),
            finishedAt: ago(8996),
            author: "ann@laptop",
            outcome: .converged,
            summary: "0 added, 1 changed, 0 destroyed",
            plan: SamplePlan.fingerprint("e").text,
            scalings: [
                ScalingRecord(
                    address: ResourceAddress(.service, "web"),
                    from: 2,
                    to: 4,
                    reason: "cpu 91 %, target 60 %"
                )
            ]
        ),
        Revision(
            number: 9,
            startedAt: ago(4_000_000),
            finishedAt: ago(3_999_988),
            author: "ann@laptop",
            outcome: .converged,
            summary: "14 added, 0 changed, 0 destroyed",
            plan: SamplePlan.fingerprint("c").text
        ),
    ]

    static let state = RecordedState(
        project: "shop",
        lineage: "5b0c",
        serial: 41,
        key: ProjectKey(bytes: [UInt8](repeating: 7, count: 32)),
        resources: [record(SamplePlan.secret, 40), record(SamplePlan.database, 12), record(SamplePlan.migrate, 41)]
            + [record(SamplePlan.web, 41), record(SamplePlan.worker, 41)]
    )

    static func record(_ step: PlanStep, _ revision: Int) -> RecordedResource {
        RecordedResource(
            address: step.address,
            resource: step.after ?? CanonicalText(text: "{}"),
            fingerprint: SamplePlan.fingerprint("d"),
            objectName: step.objectName ?? "shop_\(step.address.name)",
            retiredObjects: step.action == .supersede ? ["\(step.address.name)-aaaaaaaaaaaa"] : [],
            bindings: ["address": "127.77.0.3"],
            revision: revision,
            protect: step.protect,
            needs: step.address.name == "web" ? [.init(.secret, "redis-password"), .init(.network, "front")] : []
        )
    }

    static let inventory = Inventory(services: [
        service("web", 4, address: "127.77.0.4", (1...4).map { instance("web", $0) }),
        service(
            "db",
            1,
            address: "127.77.0.3",
            [instance("db", 1, .backoff, false, 17, .code(1), "FATAL: \u{1B}[31mno space\u{1B}[0m left\nsee the log")]
        ),
        service("migrate", 1, [instance("migrate", 1, .completed, false)]),
        service("stranger", 1, [instance("stranger", 1)]),
    ])

    /// A rollout of `web` that stopped after one of three instances.
    static let halfUpdated: Inventory = {
        var instances = (1...3).map { instance("web", $0) }
        for index in 1...2 { instances[index].template = SamplePlan.fingerprint("f") }
        return Inventory(services: [
            service("web", 3, address: "127.77.0.4", instances), service("stranger", 1, [instance("stranger", 1)]),
        ])
    }()

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
        _ exit: ExitStatus? = nil,
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
