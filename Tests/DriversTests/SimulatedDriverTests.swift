import Drivers
import OrchplanTestSupport
import ResourceModel
import Testing

@Suite("The simulated driver")
struct SimulatedDriverTests {
    @Test("It passes the conformance suite, with rollouts of its own and without", arguments: [false, true])
    func conformance(_ isNative: Bool) async throws {
        let time = VirtualTime()
        let violations = try await time.run {
            try await DriverConformance.run(time: time) { _ in
                var options = SimulationOptions(seed: 5)
                options.nativeRollout = isNative
                let ends = InstanceBehaviour(.ends(status: 3, after: .milliseconds(50), times: nil))
                options.rules = [BehaviourRule(service: "crash", ends)]
                return DriverConformance.Subject(driver: SimulatedDriver(options, time: time))
            }
        }
        #expect(violations.isEmpty)
    }

    @Test("The suite notices a driver that does not stop and does not crash")
    func notices() async throws {
        let time = VirtualTime()
        let violations = try await time.run {
            try await DriverConformance.run(time: time, patience: .seconds(2)) { _ in
                var options = SimulationOptions(seed: 5)
                options.faults = [SimulatedFault(.error(.transient), kind: .stopInstance)]
                options.behaviour = InstanceBehaviour(.neverHealthy)
                return DriverConformance.Subject(driver: SimulatedDriver(options, time: time))
            }
        }
        let checks = Set(violations.map(\.check))
        #expect(checks.contains("a stopped instance is gone when the call returns"))
        #expect(checks.contains("an instance that ends badly says how"))
        #expect(!checks.contains("objects carry their labels"))
    }
}
