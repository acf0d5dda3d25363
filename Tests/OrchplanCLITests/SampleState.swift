import Plans
import ResourceModel
import StateStores

/// A recorded state and the revisions that led to it.
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
}
