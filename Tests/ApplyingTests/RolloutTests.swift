import Applying
import Drivers
import Plans
import ResourceModel
import Testing

@Suite("Rollouts, effect by effect")
struct RolloutTests {
    /// Driver calls and their order, without the journal around them.
    private func calls(_ simulation: Simulation) -> [String] {
        simulation.trace.filter { $0.hasPrefix("perform ") }.map { String($0.dropFirst(8)) }
    }

    @Test("A chain is created in order, every call between its intent and its outcome")
    func createChain() throws {
        var shop = Shop()
        shop.object(.network, "front")
        shop.service("db")
        shop.service("web", replicas: 2) {
            $0.networks = [NetworkAttachment(network: "front")]
            $0.dependsOn = [ServiceDependency(service: "db", condition: .healthy)]
        }
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .converged)
        #expect(
            simulation.trace == [
                "intent create front", "intent define db",
                "perform createObject front", "perform defineService db",
                "outcome done create front +record", "intent start instance db.1",
                "perform startInstance db", "outcome done start instance db.1",
                "outcome done define db +record",
                "intent define web", "perform defineService web",
                "intent start instance web.1", "intent start instance web.2",
                "perform startInstance web", "perform startInstance web",
                "outcome done start instance web.1", "outcome done start instance web.2",
                "outcome done define web +record", "finish",
            ]
        )
        #expect(try shop.plan().isEmpty)
        #expect(shop.journal.operations.values.allSatisfy { $0.outcome == .done })
        let web = try #require(shop.journal.state.resources.first { $0.address.name == "web" })
        #expect(web.needs == [ResourceAddress(.network, "front"), ResourceAddress(.service, "db")])
        #expect(web.revision == 1)
    }

    @Test("Stop-first with parallelism 2 rolls 3 instances as 2, then 1")
    func stopFirst() throws {
        var shop = Shop()
        shop.service("web", replicas: 3)
        try shop.apply()
        shop.service("web", replicas: 3) {
            $0.command = ["sleep", "2000"]
            $0.update = .with(batch: 2)
        }
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .converged)
        #expect(
            calls(simulation) == [
                "defineService web", "stopInstance web", "stopInstance web", "startInstance web", "startInstance web",
                "stopInstance web", "startInstance web",
            ]
        )
        #expect(simulation.fewestHealthy["web"] == 1)
        #expect(shop.isConverged("web", replicas: 3))
        // Two batches, each watched for 5 s.
        #expect(try #require(simulation.report).elapsed > .seconds(10))
        #expect(try shop.plan().isEmpty)
    }

    @Test("Start-first never goes below the count")
    func startFirst() throws {
        var shop = Shop()
        shop.service("web", replicas: 3)
        try shop.apply()
        shop.service("web", replicas: 3) {
            $0.command = ["sleep", "2000"]
            $0.update = .with(batch: 2, order: .startFirst)
        }
        let simulation = try shop.apply()
        #expect(
            calls(simulation) == [
                "defineService web", "startInstance web", "startInstance web", "stopInstance web", "stopInstance web",
                "startInstance web", "stopInstance web",
            ]
        )
        #expect(simulation.fewestHealthy["web"] == 3)
        #expect(shop.isConverged("web", replicas: 3))
    }

    @Test("What runs beside the declared instances, and which the plan does not know of, fails the step")
    func surplus() throws {
        var shop = Shop()
        shop.service("web")
        try shop.apply()
        // The record of now, in the place of a later one.
        var old = shop
        shop.service("web") { $0.command = ["sleep", "2000"] }
        try shop.apply()
        old.service("web") { $0.command = ["sleep", "3000"] }
        old.journal.state.lastRevision = 5
        var simulation = Simulation(plan: try old.plan(), cluster: shop.cluster, journal: old.journal)
        let report = simulation.run()
        #expect(simulation.cluster.observe("web")?.instances.count == 2)
        #expect(report?.outcome == .failed)
        #expect("\(String(describing: report))".contains("runs beside the 1 declared"))
    }

    @Test("Scaling touches nothing that stays")
    func scale() throws {
        var shop = Shop()
        shop.service("web", replicas: 4)
        try shop.apply()
        let before = Set(try #require(shop.cluster.observe("web")).instances.map(\.id))
        shop.service("web", replicas: 2)
        let down = try shop.apply()
        #expect(calls(down) == ["defineService web", "stopInstance web", "stopInstance web"])
        #expect(shop.isConverged("web", replicas: 2))
        shop.service("web", replicas: 3)
        try shop.apply()
        let after = Set(try #require(shop.cluster.observe("web")).instances.map(\.id))
        #expect(after.intersection(before).count == 2)
        #expect(try shop.plan().isEmpty)
    }

    /// A shop whose second definition of `web` crashes before it is healthy, in all slots or in the given one.
    private func failing(
        _ action: FailureAction,
        ratio: Double = 0,
        slot: Int? = nil,
        replicas: Int = 4
    ) throws -> (Shop, Simulation) {
        var old = ServiceSpec()
        old.command = ["sleep", "1000"]
        var fingerprinter = Fingerprinter(key: ProjectKey(bytes: Array(repeating: 7, count: 32)))
        var shop = Shop()
        shop.service("web", replicas: replicas)
        try shop.apply()
        shop.service("web", replicas: replicas) {
            $0.command = ["false"]
            $0.update = .with(onFailure: action, ratio: ratio)
        }
        let spec = try #require(shop.resources.first?.spec.service)
        let template = fingerprinter.fingerprint(spec, scope: .instance)
        var options = SimulationOptions(seed: 1)
        let course = InstanceBehaviour.Course.ends(status: 1, after: .milliseconds(100), times: slot == nil ? nil : 1)
        options.rules = [BehaviourRule(service: "web", template: template, slot: slot, InstanceBehaviour(course))]
        shop.cluster = shop.cluster.behaving(options)
        let simulation = try shop.apply()
        return (shop, simulation)
    }

    @Test("A failed rollout goes back, removes what failed, and tells its last words")
    func rollback() throws {
        let (shop, simulation) = try failing(.rollback)
        let report = try #require(simulation.report)
        #expect(report.outcome == .rolledBack)
        #expect(report.outcome.exitCode == 5)
        guard case .rolledBack(let message, let logs) = report.results[0] else {
            Issue.record("\(report.results)")
            return
        }
        #expect(message.contains("ended with exit status 1"))
        #expect(logs == ["last words of web.1"])
        #expect(shop.isConverged("web", replicas: 4))
        #expect(simulation.fewestHealthy["web"] == 3)
        #expect(
            calls(simulation) == [
                "defineService web", "stopInstance web", "startInstance web", "defineService web", "stopInstance web",
                "startInstance web",
            ]
        )
        // The record is the old one: the next plan tries the new definition again.
        #expect(try shop.plan().steps.map(\.action) == [.update])
    }

    @Test("Pause leaves the rollout standing where it failed")
    func pause() throws {
        let (shop, simulation) = try failing(.pause)
        #expect(simulation.report?.outcome == .paused)
        #expect(simulation.report?.outcome.exitCode == 6)
        let service = try #require(shop.cluster.observe("web"))
        #expect(service.instances.count { $0.template == service.template } == 1)
        #expect(shop.journal.open.isEmpty)
    }

    @Test("Continue goes on to the end and still says that it failed")
    func goOn() throws {
        let (shop, simulation) = try failing(.continue)
        #expect(simulation.report?.outcome == .failed)
        let service = try #require(shop.cluster.observe("web"))
        #expect(service.instances.allSatisfy { $0.template == service.template })
    }

    @Test("One failure in four is within a ratio of 0.25, and beyond one of 0.24", arguments: [0.25, 0.24])
    func ratio(_ ratio: Double) throws {
        let (_, simulation) = try failing(.pause, ratio: ratio, slot: 2)
        #expect(simulation.report?.outcome == (ratio == 0.25 ? .converged : .paused))
    }

    @Test("Without a probe a creation is watched, and a crash in that time fails it", arguments: [false, true])
    func unprobed(_ isNative: Bool) throws {
        var options = SimulationOptions(seed: 1)
        options.nativeRollout = isNative
        var shop = Shop(options)
        shop.service("web", replicas: 2) { $0.healthcheck = nil }
        let forecast = try shop.plan().forecast.minimumDuration
        #expect(forecast == .seconds(5))
        let good = try shop.apply()
        #expect(good.report?.outcome == .converged)
        #expect(try #require(good.report).elapsed >= forecast)

        // It runs for a while, ends, and is restarted: for moments it looks as good as any.
        let course = InstanceBehaviour.Course.ends(status: 3, after: .seconds(2), times: nil)
        options.rules = [BehaviourRule(service: "worker", InstanceBehaviour(course))]
        shop.cluster = shop.cluster.behaving(options)
        shop.service("worker") { $0.healthcheck = nil }
        let bad = try shop.apply()
        #expect(bad.report?.outcome == .failed)
        guard case .failed(let message, _, let logs) = bad.report?.results.first else {
            Issue.record("\(String(describing: bad.report?.results))")
            return
        }
        #expect(message.contains("ended with exit status 3"))
        #expect(logs == ["last words of worke"])
        #expect(!shop.journal.state.resources.contains { $0.address.name == "worker" })
    }

    @Test("Without a probe instances that a service grows by are watched, too")
    func unprobedGrowth() throws {
        var shop = Shop()
        shop.service("web", replicas: 1) { $0.healthcheck = nil }
        try shop.apply()
        shop.service("web", replicas: 2) { $0.healthcheck = nil }
        var options = SimulationOptions(seed: 1)
        let course = InstanceBehaviour.Course.ends(status: 3, after: .seconds(2), times: nil)
        options.rules = [BehaviourRule(service: "web", slot: 2, InstanceBehaviour(course))]
        shop.cluster = shop.cluster.behaving(options)
        #expect(try shop.apply().report?.outcome == .paused)
    }

    @Test("A job is done when its instances completed")
    func job() throws {
        var options = SimulationOptions(seed: 1)
        options.rules = [
            BehaviourRule(service: "setup", InstanceBehaviour(.ends(status: 0, after: .seconds(3), times: 1)))
        ]
        var shop = Shop(options)
        shop.service("setup") {
            $0.mode = .replicatedJob
            $0.healthcheck = nil
        }
        shop.service("web") { $0.dependsOn = [ServiceDependency(service: "setup", condition: .completed)] }
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .converged)
        let completed = try #require(shop.cluster.log.firstIndex { $0.contains("setup.1") && $0.contains("completed") })
        let started = try #require(shop.cluster.log.firstIndex { $0.hasSuffix("startInstance web") })
        #expect(completed < started)
        #expect(try shop.plan().isEmpty)
    }

    @Test("A new secret comes before the roll, the old one goes after it")
    func secret() throws {
        var shop = Shop()
        shop.object(.secret, "password", digest: "a")
        shop.service("web", replicas: 2) { $0.secrets = [FileReference(source: "password")] }
        try shop.apply()
        shop.object(.secret, "password", digest: "b")
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .converged)
        let names = calls(simulation)
        #expect(names.first == "createSecret password-bbbbbbbbbbbb")
        #expect(names.last == "removeObject password-aaaaaaaaaaaa")
        #expect(shop.cluster.inventory().objects.map(\.name) == ["password-bbbbbbbbbbbb"])
        #expect(shop.journal.state.resources.first?.retiredObjects == [])
        #expect(shop.journal.state.resources.first?.objectName == "password-bbbbbbbbbbbb")
        #expect(try shop.plan().isEmpty)
    }

    @Test("Native rollouts are watched to their end", arguments: [FailureAction.rollback, .pause])
    func native(_ action: FailureAction) throws {
        var options = SimulationOptions(seed: 1)
        options.nativeRollout = true
        var shop = Shop(options)
        shop.service("web", replicas: 3)
        #expect(try shop.apply().report?.outcome == .converged)
        shop.service("web", replicas: 3) { $0.command = ["sleep", "2000"] }
        let simulation = try shop.apply()
        #expect(simulation.report?.outcome == .converged)
        #expect(calls(simulation) == ["defineService web"])
        shop.service("web", replicas: 3) {
            $0.command = ["false"]
            $0.update = .with(onFailure: action)
        }
        let spec = try #require(shop.resources.first?.spec.service)
        var fingerprinter = Fingerprinter(key: shop.journal.state.key)
        options.rules = [
            BehaviourRule(
                template: fingerprinter.fingerprint(spec, scope: .instance),
                InstanceBehaviour(.ends(status: 1, after: .milliseconds(100), times: nil))
            )
        ]
        shop.cluster = shop.cluster.behaving(options)
        #expect(try shop.apply().report?.outcome == (action == .rollback ? .rolledBack : .paused))
    }
}
