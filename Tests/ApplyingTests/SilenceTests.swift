import Applying
import Drivers
import Plans
import ResourceModel
import Testing

/// That nothing was told while a service was watched is no word that it was well.
@Suite("A silent driver")
struct SilenceTests {
    private static let dies = InstanceBehaviour(.ends(status: 1, after: .seconds(4), times: nil))

    /// A shop in which `web` runs and is declared as what dies while it is watched.
    private func shop() throws -> Shop {
        var shop = Shop(SimulationOptions(seed: 1))
        shop.timeout = .seconds(20)
        define("serve", in: &shop)
        #expect(try shop.apply().report?.outcome == .converged)
        shop.settle()
        define("serve anew", in: &shop)
        let spec = try #require(shop.resources.first?.spec.service)
        var fingerprinter = Fingerprinter(key: shop.journal.state.key)
        let template = fingerprinter.fingerprint(spec, scope: .instance)
        var options = SimulationOptions(seed: 1)
        options.rules = [BehaviourRule(service: "web", template: template, Self.dies)]
        shop.cluster = shop.cluster.behaving(options)
        return shop
    }

    private func define(_ command: String, in shop: inout Shop) {
        shop.service("web") {
            $0.healthcheck = nil
            $0.command = [command]
            var policy = UpdatePolicy.with(onFailure: .rollback)
            policy.monitor = .seconds(6)
            $0.update = policy
        }
    }

    private func fallsSilent(_ simulation: inout Simulation, for length: Duration?) {
        simulation.deafens(after: .seconds(3), for: length)
        simulation.inject(.watchFailed("web", Simulation.silence), after: .seconds(5))
    }

    @Test("An update ends as timed out, with the reason, when its driver stays silent while it is watched")
    func forGood() throws {
        var shop = try shop()
        let report = try #require(try shop.apply { fallsSilent(&$0, for: nil) }.report)
        #expect(report.outcome == .timedOut)
        guard case .timedOut(let message, _) = report.results[0] else {
            Issue.record("\(report.results)")
            return
        }
        #expect(message.hasPrefix("no progress for 20s: 1 of 1 instance healthy, not seen since"), "\(message)")
        #expect(message.hasSuffix("the driver is suspended"), "\(message)")
        #expect(report.elapsed >= .seconds(25) && report.elapsed <= .seconds(30), "\(report.elapsed)")
        #expect(try !shop.plan().isEmpty)
    }

    @Test("What died meanwhile is rolled back once the driver tells again, however late", arguments: [5, 12])
    func forAWhile(_ seconds: Int) throws {
        var shop = try shop()
        let simulation = try shop.apply { simulation in
            fallsSilent(&simulation, for: .seconds(seconds))
        }
        #expect(simulation.report?.outcome == .rolledBack, "\(String(describing: simulation.report))")
    }

    @Test("A new service that died meanwhile has failed, though no watch broke off", arguments: [false, true])
    func additions(_ isNative: Bool) throws {
        var options = SimulationOptions(seed: 1)
        options.rules = [BehaviourRule(service: "web", Self.dies)]
        options.nativeRollout = isNative
        var shop = Shop(options)
        define("serve", in: &shop)
        let report = try #require(try shop.apply { $0.deafens(after: .seconds(3), for: .seconds(4)) }.report)
        #expect(report.outcome == .failed, "\(report)")
    }

    @Test("Where all stayed well the look at the end is all that it takes")
    func well() throws {
        var shop = Shop(SimulationOptions(seed: 1))
        define("serve", in: &shop)
        let report = try #require(try shop.apply { $0.deafens(after: .seconds(3), for: .seconds(10)) }.report)
        #expect(report.outcome == .converged)
        #expect(report.elapsed >= .seconds(13) && report.elapsed < .seconds(16), "\(report.elapsed)")
    }
}
