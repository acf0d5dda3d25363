import Applying
import Drivers
import OrchplanTestSupport
import Plans
import ResourceModel
import Testing

/// What a plan forecasts, compared with what an apply without faults does.
@Suite("Forecasts and the applies that follow")
struct ForecastPropertyTests {
    private func policy(_ random: inout SeededGenerator) -> UpdatePolicy {
        var policy = UpdatePolicy()
        policy.batch = random.chance() ? .count(random.number(1...4)) : .percent(random.number(1...100))
        policy.delay = .seconds(random.pick([0, 0, 3, 20], default: 0))
        policy.monitor = .seconds(random.pick([0, 2, 5, 15], default: 5))
        policy.order = random.chance() ? .stopFirst : .startFirst
        return policy
    }

    private func check(_ random: inout SeededGenerator) -> HealthCheck {
        var check = HealthCheck()
        check.interval = .seconds(random.number(1...30))
        check.startPeriod = .seconds(random.pick([0, 10], default: 0))
        return check
    }

    private func placement(_ random: inout SeededGenerator) -> Placement {
        var placement = Placement()
        if random.chance() {
            let rules = [
                "node.role == worker", "node.labels.zone == a", "node.labels.zone != b", "node.hostname != n1",
            ]
            placement.constraints = [random.pick(rules, default: "")]
        }
        if random.chance() { placement.preferences = ["spread=node.labels.zone"] }
        if random.chance(0.3) { placement.maxPerNode = random.number(1...4) }
        return placement
    }

    private func declare(_ shop: inout Shop, _ names: [String], _ random: inout SeededGenerator) {
        shop.resources = []
        var earlier: [String] = []
        for name in names where names.count == 1 || random.chance(0.9) {
            let isGlobal = random.chance(0.3)
            var spec = ServiceSpec()
            spec.mode = name == "job" ? (isGlobal ? .globalJob : .replicatedJob) : (isGlobal ? .global : .replicated)
            spec.command = ["serve", "\(random.number(1...3))"]
            spec.replicas = random.number(0...6)
            spec.update = random.chance(0.8) ? policy(&random) : nil
            spec.healthcheck = random.chance(0.6) ? check(&random) : nil
            spec.placement = random.chance(0.6) ? placement(&random) : nil
            if random.chance(0.4), let other = earlier.randomElement(using: &random) {
                let conditions: [DependencyCondition] = [.started, .healthy]
                let condition = random.pick(conditions, default: .healthy)
                spec.dependsOn = [ServiceDependency(service: other, condition: condition)]
            }
            earlier.append(name)
            shop.set(Resource(address: ResourceAddress(.service, name), spec: .service(spec)))
        }
        shop.options.batch = random.number(1...8)
    }

    private func nodes(_ random: inout SeededGenerator) -> [Node] {
        (1...random.number(1...5))
            .map {
                let zone = random.pick(["a", "a", "b"], default: "a")
                return Node(simulated: "n\($0)", role: $0 == 1 ? .manager : .worker, labels: ["zone": zone])
            }
    }

    private func options(_ seed: Int, _ random: inout SeededGenerator) -> SimulationOptions {
        var options = SimulationOptions(seed: UInt64(seed))
        options.members = nodes(&random)
        let job = InstanceBehaviour(.ends(status: 0, after: .milliseconds(200), times: nil))
        options.rules = [BehaviourRule(service: "job", job)]
        return options
    }

    @Test("An apply never has fewer healthy instances and never takes less time than forecast", arguments: 0..<32)
    func promise(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var options = options(seed, &random)
        options.jitter = 0.6
        options.nativeRollout = seed % 4 == 3
        var shop = Shop(options)
        for round in 0..<4 {
            let before = shop.resources
            declare(&shop, ["db", "cache", "job", "web", "worker"], &random)
            let plan = try shop.plan()
            guard !plan.hasErrors, !shop.resources.isEmpty else {
                shop.resources = before
                continue
            }
            let simulation = try shop.apply()
            #expect(simulation.report?.outcome == .converged, "seed \(seed) round \(round)")
            for forecast in plan.forecast.services {
                guard let seen = simulation.fewestHealthy[forecast.address.name] else { continue }
                #expect(seen >= forecast.fewestHealthy, "seed \(seed) round \(round) \(forecast)")
            }
            let elapsed = try #require(simulation.report).elapsed
            #expect(elapsed >= plan.forecast.minimumDuration, "seed \(seed) round \(round)")
            #expect(try shop.plan().isEmpty, "seed \(seed) round \(round)")
            expectPlaced(shop, options.members, "seed \(seed) round \(round)")
        }
    }

    /// Every instance is where its service's placement lets it be.
    private func expectPlaced(_ shop: Shop, _ nodes: [Node], _ comment: Comment) {
        for resource in shop.resources {
            guard let spec = resource.spec.service, let service = shop.cluster.observe(resource.address.name) else {
                continue
            }
            let eligible = spec.eligibleNodes(nodes).map { nodes[$0 - 1].hostname }
            #expect(service.instances.allSatisfy { eligible.contains($0.node) }, comment)
            let loads = Dictionary(grouping: service.instances, by: \.node).mapValues(\.count)
            if spec.mode.isGlobal {
                #expect(loads == Dictionary(uniqueKeysWithValues: eligible.map { ($0, 1) }), comment)
            } else {
                #expect((loads.values.max() ?? 0) <= spec.placement?.maxPerNode ?? .max, comment)
            }
        }
    }

    @Test("Where one service rolls alone, the forecast is what happens to the instance", arguments: 0..<24)
    func exactness(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 1000)
        var shop = Shop(options(seed, &random))
        for round in 0..<4 {
            let before = shop.resources
            declare(&shop, [seed % 6 == 5 ? "job" : "web"], &random)
            let plan = try shop.plan()
            guard !plan.hasErrors, let forecast = plan.forecast.services.first else {
                shop.resources = before
                continue
            }
            let isReplaced = plan.steps.contains { $0.action == .replace }
            let simulation = try shop.apply()
            let rollout = try #require(plan.steps.first { $0.rollout != nil }?.rollout)
            if !isReplaced, !rollout.isJob {
                let seen = simulation.fewestHealthy["web"] ?? forecast.fewestHealthy
                #expect(seen == forecast.fewestHealthy, "seed \(seed) round \(round) \(forecast)")
            }
            // Beyond the forecast there is only starting, stopping and getting healthy: a second a wave is plenty.
            let elapsed = try #require(simulation.report).elapsed
            let waves = 3 + rollout.replacements.count + rollout.additions.count
            #expect(elapsed >= forecast.minimumDuration, "seed \(seed) round \(round)")
            #expect(elapsed <= forecast.minimumDuration + .seconds(waves), "seed \(seed) round \(round)")
        }
    }
}
