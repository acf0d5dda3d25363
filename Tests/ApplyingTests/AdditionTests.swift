import Applying
import Drivers
import Plans
import ResourceModel
import Testing

/// New services that are watched do not hold up other new ones, and hold up everything else.
@Suite("Batches of additions")
struct AdditionTests {
    /// Services without probes, so that only the watch tells whether they are good.
    private func shop(isNative: Bool, _ rules: [BehaviourRule] = []) -> Shop {
        var options = SimulationOptions(seed: 1)
        options.nativeRollout = isNative
        options.rules = rules
        var shop = Shop(options)
        shop.options.batch = 1
        for name in ["a", "b", "c"] { add(name, to: &shop) }
        return shop
    }

    private func add(_ name: String, to shop: inout Shop, command: String = "serve") {
        shop.service(name) {
            $0.healthcheck = nil
            $0.command = [command]
            var policy = UpdatePolicy()
            policy.monitor = .seconds(60)
            $0.update = policy
        }
    }

    @Test("They start one after the other, and are watched together", arguments: [false, true])
    func areWatchedTogether(_ isNative: Bool) throws {
        var shop = shop(isNative: isNative)
        let plan = try shop.plan()
        #expect(plan.batchCount == 3)
        #expect(plan.forecast.minimumDuration == .seconds(60))
        let simulation = try shop.apply()
        let report = try #require(simulation.report)
        #expect(report.outcome == .converged)
        #expect(report.elapsed >= .seconds(60))
        #expect(report.elapsed < .seconds(120))
        #expect(try shop.plan().isEmpty)
    }

    @Test("One that fails while it is watched stops what has not started", arguments: [false, true])
    func stopAtAFailure(_ isNative: Bool) throws {
        let crash = InstanceBehaviour(.ends(status: 1, after: .seconds(20), times: nil))
        var shop = shop(isNative: isNative, [BehaviourRule(service: "a", crash)])
        // The third is an update, which waits for everything that is watched.
        shop.resources.removeAll { $0.address.name != "c" }
        try shop.apply()
        for name in ["a", "b"] { add(name, to: &shop) }
        add("c", to: &shop, command: "serve anew")
        let simulation = try shop.apply()
        let report = try #require(simulation.report)
        #expect(report.outcome == .failed)
        let names = try shop.plan().steps.map(\.address.name)
        #expect(names.contains("a") && names.contains("c"))
        #expect(!names.contains("b"))
    }

    @Test("A change of what runs waits until what is new has been watched", arguments: [false, true])
    func changesWait(_ isNative: Bool) throws {
        var shop = shop(isNative: isNative)
        shop.resources.removeAll { $0.address.name != "c" }
        try shop.apply()
        for name in ["a", "b"] { add(name, to: &shop) }
        add("c", to: &shop, command: "serve anew")
        let plan = try shop.plan()
        #expect(plan.forecast.minimumDuration == .seconds(120))
        let simulation = try shop.apply()
        let report = try #require(simulation.report)
        #expect(report.outcome == .converged)
        #expect(report.elapsed >= .seconds(120))
        #expect(report.elapsed < .seconds(180))
    }
}
