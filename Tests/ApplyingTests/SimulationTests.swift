import Applying
import Drivers
import OrchplanTestSupport
import Plans
import ResourceModel
import Testing

/// Something bad never happens, whatever the seed.
@Suite("Simulated applies")
struct SimulationTests {
    /// A random project; `revision` changes commands, counts and contents.
    private func declare(_ shop: inout Shop, _ random: inout SeededGenerator) {
        shop.resources = []
        shop.object(.network, "front")
        if random.chance() { shop.object(.volume, "data") }
        let digest = random.pick(["a", "b", "c"] as [Character], default: "a")
        shop.object(.secret, "password", digest: digest)
        shop.object(.config, "settings", digest: digest)
        var names: [String] = []
        for name in ["db", "cache", "web", "worker"] where random.chance(0.8) {
            let dependency = names.randomElement(using: &random)
            let command = ["sleep", "\(random.number(1...3))"]
            let policy = UpdatePolicy.with(
                batch: random.number(1...3),
                order: random.chance() ? .stopFirst : .startFirst,
                onFailure: random.pick([.pause, .rollback, .continue], default: .pause)
            )
            let usesSecret = random.chance()
            let isProbed = random.chance(0.7)
            shop.service(name, replicas: random.number(1...5)) {
                $0.command = command
                $0.update = policy
                $0.networks = [NetworkAttachment(network: "front")]
                if !isProbed { $0.healthcheck = nil }
                if usesSecret { $0.secrets = [FileReference(source: "password")] }
                if let dependency { $0.dependsOn = [ServiceDependency(service: dependency, condition: .healthy)] }
            }
            names.append(name)
        }
        shop.options.batch = random.number(1...6)
    }

    private func options(_ seed: Int) -> SimulationOptions {
        var options = SimulationOptions(seed: UInt64(seed))
        options.jitter = 0.6
        return options
    }

    /// - Parameter isHealthy: False where instances that never get healthy may have been kept.
    private func expectConverged(_ shop: Shop, _ seed: Int, isHealthy: Bool = true) throws {
        #expect(try shop.plan().isEmpty, "seed \(seed)")
        for resource in shop.resources {
            guard let spec = resource.spec.service else { continue }
            #expect(
                shop.isConverged(resource.address.name, replicas: spec.replicas, isHealthy: isHealthy),
                "seed \(seed)"
            )
        }
        #expect(shop.cluster.inventory().services.count == shop.resources.count { $0.spec.service != nil })
    }

    @Test("Without faults every apply converges, keeps --batch and the forecast", arguments: 0..<50)
    func faultless(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var shop = Shop(options(seed))
        for _ in 0..<3 {
            declare(&shop, &random)
            let plan = try shop.plan()
            let simulation = try shop.apply()
            #expect(simulation.report?.outcome == .converged, "seed \(seed)")
            #expect(simulation.mostChanging <= shop.options.batch, "seed \(seed)")
            for forecast in plan.forecast.services where plan.steps.contains(where: { $0.address == forecast.address })
            {
                let seen = simulation.fewestHealthy[forecast.address.name] ?? forecast.fewestHealthy
                #expect(seen >= min(forecast.fewestHealthy, forecast.desired), "seed \(seed) \(forecast)")
            }
            #expect(try #require(simulation.report).elapsed >= plan.forecast.minimumDuration, "seed \(seed)")
            try expectConverged(shop, seed)
            shop.settle()
            #expect(shop.journal.operations.values.allSatisfy { $0.outcome == .done })
        }
    }

    @Test("Killed at any effect, the next apply comes to the same end and doubles nothing", arguments: 0..<12)
    func killed(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var shop = Shop(options(seed))
        declare(&shop, &random)
        try shop.apply()
        declare(&shop, &random)
        let whole = try shop.applied()
        for effect in stride(from: seed % 7, to: whole.effectCount, by: 7) {
            var crashed = shop
            try crashed.apply { $0.dies = effect }
            // The process is dead; the calls that it made still arrive, before anybody looks again.
            crashed.settle(for: .milliseconds(random.number(300...3000)))
            crashed.resolve()
            #expect(crashed.journal.open.isEmpty)
            let again = try crashed.apply()
            #expect(again.report?.outcome == .converged, "seed \(seed), killed at \(effect)")
            // Instances that the first apply started are kept, healthy or not yet.
            crashed.settle()
            try expectConverged(crashed, seed)
            #expect(
                crashed.journal.state.resources.map(\.fingerprint)
                    == whole.journal.state.resources.map(\.fingerprint),
                "seed \(seed), killed at \(effect)"
            )
        }
    }

    @Test("With faults of every kind each intent gets an outcome and the next applies repair", arguments: 0..<60)
    func faulty(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var shop = Shop(options(seed))
        shop.timeout = .seconds(60)
        declare(&shop, &random)
        try shop.apply()
        declare(&shop, &random)
        shop.cluster = shop.cluster.behaving(faults(seed, &random))
        let stop = Duration.milliseconds(random.number(0...20_000))
        let isInterrupted = random.chance(0.3)
        let simulation = try shop.apply { if isInterrupted { $0.inject(.interrupted, after: stop) } }
        #expect(simulation.report != nil, "seed \(seed)")
        #expect(simulation.mostChanging <= shop.options.batch + 5)
        #expect(shop.journal.operations.values.allSatisfy { $0.outcome != .intent }, "seed \(seed)")
        let isAllDone = simulation.report?.results.allSatisfy { $0 == .done } ?? false
        #expect(isAllDone == (simulation.report?.outcome == .converged), "seed \(seed)")

        shop.cluster = shop.cluster.behaving(options(seed))
        shop.settle()
        for _ in 0..<3 where !(try shop.plan().isEmpty) {
            shop.resolve()
            try shop.apply()
            shop.settle()
        }
        try expectConverged(shop, seed, isHealthy: false)
    }

    private func faults(_ seed: Int, _ random: inout SeededGenerator) -> SimulationOptions {
        var options = options(seed)
        for _ in 0..<random.number(1...3) {
            let code = random.pick(
                [DriverError.Code.transient, .unknownOutcome, .occupied, .conflict, .unreachable],
                default: .transient
            )
            let effect = random.pick(
                [
                    SimulatedFault.Effect.error(code), .errorButDone(code), .hang(isDone: true), .hang(isDone: false),
                    .delay(.seconds(5)),
                ],
                default: .error(code)
            )
            let kind = OperationKind.allCases.randomElement(using: &random)
            options.faults.append(SimulatedFault(effect, kind: kind, nth: random.number(1...4)))
        }
        if random.chance() {
            let course = random.pick(
                [
                    InstanceBehaviour.Course.neverHealthy, .ends(status: 1, after: .milliseconds(100), times: 1),
                    .ends(status: 1, after: .seconds(2), times: 2),
                ],
                default: .neverHealthy
            )
            let name = random.pick(["db", "cache", "web", "worker"], default: "web")
            options.rules = [BehaviourRule(service: name, slot: random.number(1...3), InstanceBehaviour(course))]
        }
        return options
    }

    @Test("The same seed gives the same run, effect by effect")
    func deterministic() throws {
        func run() throws -> [String] {
            var random = SeededGenerator(seed: 11)
            var shop = Shop(options(11))
            declare(&shop, &random)
            return try shop.apply().trace + shop.cluster.log
        }
        #expect(try run() == run())
    }
}

extension Shop {
    /// What an apply would come to, without doing it.
    func applied() throws -> Simulation {
        var copy = self
        return try copy.apply()
    }
}
