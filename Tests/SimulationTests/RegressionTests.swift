import Drivers
import ResourceModel
import Testing

@testable import Simulation

/// What the simulation found once, as small scenarios that failed before it was mended.
@Suite("What the simulation found")
struct RegressionTests {
    private func scenario(isNative: Bool = false, _ acts: [Act]) -> Scenario {
        Scenario(seed: 7, isNative: isNative, nodes: 2, jitter: 0, acts: acts, hasStrangers: false)
    }

    private func act(_ resources: [Resource], _ troubles: [Trouble] = [], killedAt: Double? = nil) -> Act {
        Act(
            declared: Project(resources: resources),
            command: Command(batch: 5),
            troubles: troubles,
            killedAt: killedAt
        )
    }

    private func service(_ name: String = "web", _ change: (inout ServiceSpec) -> Void = { _ in }) -> Resource {
        var spec = ServiceSpec()
        spec.command = ["run"]
        change(&spec)
        return Resource(address: ResourceAddress(.service, name), spec: .service(spec))
    }

    private func expectSound(_ scenario: Scenario) {
        let result = Simulator.play(scenario, isTraced: true)
        #expect(result.violations.isEmpty, "\(result.trace.joined(separator: "\n"))")
    }

    @Test("Two old objects of one config that go together are both forgotten")
    func twoRetirements() {
        let user = service { $0.configs = [FileReference(source: "settings")] }
        func config(_ text: String) -> Resource {
            var spec = ConfigSpec()
            spec.content = ConfigContent(bytes: Array(text.utf8))
            return Resource(address: ResourceAddress(.config, "settings"), spec: .config(spec))
        }
        let refusal = SimulatedFault(.error(.invalid), kind: .defineService)
        expectSound(
            scenario([
                act([config("one"), user]),
                act([config("two"), user], [.driver(refusal, .driverError)]),
                act([config("three"), user]),
            ])
        )
    }

    @Test("Whoever knows that the lock is lost tries nothing again")
    func retryAfterFence() {
        let stumble = SimulatedFault(.errorButDone(.transient), kind: .startInstance, nth: 2)
        for effect in 8...14 {
            let takeover = Trouble.takeover(effect: effect, pause: .seconds(20), Command())
            expectSound(scenario([act([service { $0.replicas = 2 }], [.driver(stumble, .errorButDone), takeover])]))
        }
    }

    @Test("A cluster's own rollout that stumbled once is seen through by a later apply")
    func stumbledCreation() {
        let ends = InstanceBehaviour(.ends(status: 1, after: .milliseconds(100), times: 1))
        expectSound(scenario(isNative: true, [act([service()], [.sickness(BehaviourRule(ends))])]))
    }

    @Test("An update that was interrupted while instances came up is seen through by the next apply")
    func interruptedUpdate() {
        let before = service { $0.healthcheck = HealthCheck() }
        let after = service {
            $0.healthcheck = HealthCheck()
            $0.command = ["run", "anew"]
        }
        for effect in 10...16 {
            let takeover = Trouble.takeover(effect: effect, pause: .seconds(4), Command())
            expectSound(scenario([act([before]), act([after], [takeover])]))
        }
    }

    @Test("A job that is made anew and killed before it runs is run by the next apply")
    func interruptedJob() {
        let job = service("job") { $0.mode = .replicatedJob }
        let removal = Trouble.liveEdit(at: .seconds(30), .removeService, pick: 0)
        for share in stride(from: 0.0, to: 1, by: 0.05) {
            expectSound(scenario([act([job], [removal]), act([job], killedAt: share)]))
        }
    }
}
