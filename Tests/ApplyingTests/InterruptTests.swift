import Applying
import Drivers
import Plans
import ResourceModel
import StateStores
import Testing

/// What an interrupt leaves: nothing half done, nothing that the next run does not know of.
@Suite("Interrupts")
struct InterruptTests {
    @Test("An interrupt starts nothing new, leaves no slot empty and no journal open", arguments: 0..<60)
    func interrupt(_ tenth: Int) throws {
        var shop = failingShop()
        shop.service("web", replicas: 3)
        try shop.apply()
        shop.service("web", replicas: 3) {
            $0.command = ["sleep", "2000"]
            $0.update = .with(batch: 2)
        }
        shop.service("after", replicas: 1, depends(on: "web"))
        let plan = try shop.plan()
        let simulation = try shop.apply { $0.inject(.interrupted, after: .milliseconds(50 * tenth)) }
        let report = try #require(simulation.report)
        #expect(report.outcome == .interrupted)
        #expect(report.results.last == .skipped(.interrupted))
        // It says how far it is, in numbers that are so; nothing is wrong with what it left.
        if case .interrupted(let message) = report.results[0] {
            let web = try #require(shop.cluster.observe("web"))
            let updated = web.instances.count { $0.template == web.template && $0.isHealthy }
            let healthy = web.instances.count(where: \.isHealthy)
            #expect(message.hasPrefix(updated < 3 ? "\(updated) of 3 instances updated" : "all of 3 instances updated"))
            #expect(message.contains(", \(healthy) healthy in all"), "\(message)")
        } else {
            #expect(report.results[0] == .skipped(.interrupted))
        }
        #expect(report.failures(of: plan).isEmpty)
        #expect(report.elapsed < .milliseconds(50 * tenth) + .seconds(1))
        #expect(simulation.progress.contains(.interrupted))
        #expect(shop.journal.open.isEmpty)
        let slots = try #require(shop.cluster.observe("web")).instances.map(\.slot)
        #expect(slots == [1, 2, 3])
        shop.settle()
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(shop.isConverged("web", replicas: 3))
    }

    @Test("An interrupt does not wait for a removal that somebody holds up, and leaves it to the next run")
    func interruptedRemoval() throws {
        var shop = failingShop()
        shop.object(.network, "front")
        #expect(try shop.apply().report?.outcome == .converged)
        shop.resources = []
        shop.service("web")
        var options = SimulationOptions(seed: 3)
        options.faults = [SimulatedFault(.hang(isDone: false), kind: .removeObject)]
        shop.cluster = shop.cluster.behaving(options)
        let plan = try shop.plan()
        let removal = try #require(plan.steps.firstIndex { $0.address.kind == .network })
        let simulation = try shop.apply { $0.inject(.interrupted, after: .seconds(30)) }
        let report = try #require(simulation.report)
        #expect(report.outcome == .interrupted && report.elapsed < .seconds(35))
        #expect(report.results[removal] == .interrupted(message: "interrupted while it was being removed"))
        #expect(shop.journal.open.map(\.action) == ["remove front"], "nobody knows whether it was done")
        shop.cluster = shop.cluster.behaving(SimulationOptions(seed: 3))
        shop.resolve()
        #expect(try shop.apply().report?.outcome == .converged)
        #expect(shop.cluster.inventory().objects.isEmpty)
    }

    @Test("A second interrupt leaves at once and marks what is in flight as unknown")
    func secondInterrupt() throws {
        var shop = failingShop(faults: [SimulatedFault(.hang(isDone: true), kind: .defineService)])
        shop.service("web")
        let simulation = try shop.apply {
            $0.inject(.interrupted, after: .seconds(1))
            $0.inject(.interrupted, after: .seconds(2))
        }
        #expect(simulation.report?.outcome == .interrupted)
        #expect(simulation.report?.results == [.unknown])
        #expect(try #require(simulation.report).elapsed == .seconds(2))
        #expect(shop.journal.open.map(\.outcome) == [.unknown])
    }
}
