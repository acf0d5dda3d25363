import Plans
import ResourceModel
import Testing

@testable import OrchplanCLI

@Suite("How a rollout is told")
struct RolloutTextTests {
    @Test(
        "batches",
        arguments: [
            (1, 1, "rolls 1 instance, stop first"), (3, 1, "rolls 3 instances, one at a time, stop first"),
            (3, 2, "rolls 3 instances, 2 then 1, stop first"), (4, 4, "rolls 4 instances at once, stop first"),
            (20, 3, "rolls 20 instances, 3 at a time, stop first"),
        ]
    )
    func batches(count: Int, parallelism: Int, expected: String) {
        var rollout = Rollout(kind: .orchestrated, template: SamplePlan.fingerprint("a"), desiredReplicas: count)
        rollout.replacements = (1...count).map { SlotReplacement(slot: $0, old: ["x"]) }
        rollout.parallelism = parallelism
        #expect(rollout.sentence() == expected + ", each watched for 5s; on failure it pauses")
        // A creation that goes on with what an earlier one left behind fails when it fails.
        #expect(rollout.sentence(.create) == expected + ", each watched for 5s")
    }

    @Test("scaling up, down and doing nothing")
    func scaling() {
        var rollout = Rollout(kind: .orchestrated, template: SamplePlan.fingerprint("a"), desiredReplicas: 5, kept: 3)
        #expect(rollout.sentence() == "")
        rollout.additions = [4, 5]
        #expect(rollout.sentence() == "starts 2 more instances; keeps 3")
        rollout.additions = []
        rollout.removals = [InstanceName(slot: 4, id: "x")]
        #expect(rollout.sentence() == "stops 1 instance; keeps 3")
    }
}
