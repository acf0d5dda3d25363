import Drivers
import Plans
import Reconciling
import ResourceModel
import Testing

@Suite("Services follow their load through ordinary plans")
struct ScalingLoopTests {
    private func scaled(_ metric: ScaleMetric, target: String, _ change: (inout ServiceSpec) -> Void = { _ in })
        -> (inout ServiceSpec) -> Void
    {
        var policy = ScalePolicy()
        policy.min = 2
        policy.max = 6
        policy.metric = metric
        policy.target = target
        policy.command = metric == .command ? ["queue-length"] : nil
        policy.window = .seconds(60)
        var spec = ServiceSpec()
        change(&spec)
        return { [spec] in
            $0.scale = policy
            $0.environment = spec.environment
        }
    }

    private func shop(_ metric: ScaleMetric, target: String) -> Shop {
        var shop = Shop { $0.syncs = true }
        shop.service("web", replicas: 1, scaled(metric, target: target))
        shop.start()
        shop.run(for: .seconds(20))
        return shop
    }

    private func load(_ shop: inout Shop, connections: Int) {
        shop.measurements = [:]
        for instance in shop.cluster.observe("web")?.instances ?? [] {
            shop.measurements?[instance.id] = InstanceMeasurement(
                id: instance.id,
                memory: ByteCount(bytes: 1 << 20),
                connections: connections
            )
        }
    }

    @Test("up at once, down after the window, recorded with its reason, and kept by a deploy and by a way back")
    func wholeWay() throws {
        var shop = shop(.connections, target: "10")
        #expect(shop.isServing("web", replicas: 2), "a count below the least is never made")
        #expect(shop.events("scale.held").count == 1, "nothing is measured yet")
        load(&shop, connections: 18)
        shop.run(for: .seconds(20))
        load(&shop, connections: 9)
        shop.run(for: .seconds(20))
        #expect(shop.isServing("web", replicas: 4))
        let scaling = try #require(shop.record.revisions.last?.scalings.first)
        #expect(scaling.from == 2 && scaling.to == 4)
        #expect(scaling.reason == "connections 18, target 10")
        #expect(shop.events("scale.done").count == 1)

        // A deploy keeps the count, and nothing wants it back afterwards.
        let revisions = shop.record.revisions.count
        shop.service("web", replicas: 1, scaled(.connections, target: "10") { $0.environment = ["V": .text("2")] })
        shop.touch()
        shop.run(for: .seconds(8))
        load(&shop, connections: 9)
        shop.run(for: .seconds(20))
        #expect(shop.isServing("web", replicas: 4))
        #expect(shop.record.revisions.count == revisions + 1)
        #expect(shop.metrics.differences == 0)

        // So does a deploy that goes back.
        var update = UpdatePolicy()
        update.onFailure = .rollback
        let change = scaled(.connections, target: "10") { $0.environment = ["V": .text("bad")] }
        shop.service("web", replicas: 1) { spec in
            change(&spec)
            spec.update = update
        }
        let bad = try #require(shop.template("web"))
        var options = SimulationOptions(seed: 1)
        options.rules = [BehaviourRule(template: bad, InstanceBehaviour(.ends(status: 1, after: .zero, times: nil)))]
        shop.cluster = shop.cluster.behaving(options)
        shop.touch()
        shop.run(for: .seconds(15))
        load(&shop, connections: 9)
        shop.run(for: .seconds(20))
        #expect(shop.record.revisions.last?.outcome == .rolledBack)
        #expect(shop.cluster.observe("web")?.desiredReplicas == 4)
        #expect(shop.cluster.observe("web")?.instances.count { $0.isHealthy } == 4)

        load(&shop, connections: 1)
        shop.run(for: .seconds(40))
        #expect(shop.cluster.observe("web")?.desiredReplicas == 4, "not before the window has passed")
        shop.run(for: .seconds(70))
        #expect(shop.cluster.observe("web")?.instances.count == 2, "never below the least")
        #expect(shop.metrics.scalings["web"]?.up == 1)
    }

    @Test("a share of the processor is known after two readings, and a new instance holds the count")
    func cpu() {
        var shop = shop(.cpu, target: "50%")
        func use(_ percent: Int, seconds: Int) {
            for _ in 0..<seconds {
                for instance in shop.cluster.observe("web")?.instances ?? [] {
                    let before = shop.measurements?[instance.id]?.cpuTime ?? .zero
                    if shop.measurements == nil { shop.measurements = [:] }
                    shop.measurements?[instance.id] = InstanceMeasurement(
                        id: instance.id,
                        cpuTime: before + .milliseconds(percent * 10),
                        memory: ByteCount(bytes: 1 << 20)
                    )
                }
                shop.run(for: .seconds(1))
            }
        }
        use(90, seconds: 40)
        let reason = shop.record.revisions.flatMap(\.scalings).first?.reason ?? ""
        #expect(reason.hasPrefix("cpu ") && reason.hasSuffix(" %, target 50 %"), "\(reason)")
        #expect((shop.cluster.observe("web")?.instances.count ?? 0) >= 4)
    }

    @Test("a command's number counts, and one that fails changes nothing")
    func command() {
        var shop = shop(.command, target: "100")
        shop.values = [ResourceAddress(.service, "web"): 260]
        shop.run(for: .seconds(20))
        #expect(shop.cluster.observe("web")?.desiredReplicas == 6, "never past the most")
        shop.values = [:]
        shop.run(for: .seconds(300))
        #expect(shop.cluster.observe("web")?.desiredReplicas == 6)
        shop.values = [ResourceAddress(.service, "web"): 40]
        shop.run(for: .seconds(200))
        #expect(shop.cluster.observe("web")?.desiredReplicas == 2)
    }
}
