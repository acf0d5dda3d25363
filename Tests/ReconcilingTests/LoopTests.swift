import Drivers
import Reconciling
import ResourceModel
import Testing

@Suite("The reconcile loop keeps a system as declared")
struct LoopTests {
    /// A shop with a converged service `web` of two instances, under a policy.
    private func shop(
        _ options: SimulationOptions = SimulationOptions(seed: 1),
        _ change: @escaping (inout ReconcilePolicy) -> Void
    ) -> Shop {
        var shop = Shop(options) { $0.syncs = true }
        shop.service("web", replicas: 2)
        shop.volume("data")
        shop.start()
        shop.run(for: .seconds(20))
        #expect(shop.isServing("web", replicas: 2))
        shop.restart(change)
        shop.run(for: .seconds(5))
        return shop
    }

    @Test("without a flag it reports what differs, once, and changes nothing")
    func reports() {
        var shop = shop { $0.repairs = false }
        let applies = shop.applies
        shop.stopInstance("web")
        shop.service("web", replicas: 3)
        shop.touch()
        shop.run(for: .seconds(300))
        #expect(shop.applies == applies)
        #expect(shop.cluster.observe("web")?.instances.count == 1)
        #expect(shop.events("drift.found").count == 0, "the record differs as well: a change, no drift")
        #expect(shop.events("change.pending").map(\.address?.description) == ["service/web"])
        #expect(shop.metrics.differences == 1)
        #expect(shop.health.trouble(now: shop.cluster.now) == nil)
        shop.interrupt()
        shop.run(for: .seconds(1))
        #expect(shop.exit == 0)
    }

    @Test("--repair puts drift right within a moment and leaves changed manifests alone")
    func repairs() {
        var shop = shop { $0.repairs = true }
        shop.service("web", replicas: 2) { $0.labels = ["version": "2"] }
        shop.service("new")
        shop.stopInstance("web")
        shop.run(for: .seconds(3))
        #expect(shop.cluster.observe("web")?.instances.count { $0.isHealthy } == 2)
        #expect(shop.events("repair.done").count == 1)
        #expect(shop.cluster.observe("new") == nil)
        shop.removeService("web")
        shop.run(for: .seconds(10))
        #expect(shop.cluster.observe("web")?.instances.count == 2)
        #expect(Set(shop.events("change.pending").map(\.address?.name)) == ["web", "new"])
        #expect(shop.events("change.pending").allSatisfy { $0.message.hasSuffix("needs --sync") })
        #expect(shop.metrics.repairs == 2)
    }

    @Test("--sync rolls what the manifests change, and deletes only with --prune, volumes never")
    func syncsAndPrunes() {
        var shop = shop { $0.syncs = true }
        shop.service("web", replicas: 3)
        shop.touch()
        shop.run(for: .seconds(20))
        #expect(shop.isServing("web", replicas: 3))
        shop.service("other")
        shop.touch()
        shop.run(for: .seconds(20))
        shop.remove(.service, "other")
        shop.remove(.volume, "data")
        shop.touch()
        shop.run(for: .seconds(60))
        #expect(shop.isServing("other", replicas: 1) == false && shop.cluster.observe("other") != nil)
        // What is not declared and not pruned is still looked after.
        shop.stopInstance("other")
        shop.run(for: .seconds(5))
        #expect(shop.cluster.observe("other")?.instances.count == 1)
        #expect(shop.events("change.pending").contains { $0.message.hasSuffix("needs --prune") })
        shop.restart {
            $0.syncs = true
            $0.prunes = true
        }
        shop.run(for: .seconds(30))
        #expect(shop.cluster.observe("other") == nil)
        #expect(shop.deleted == [ResourceAddress(.service, "other")])
        #expect(shop.cluster.inventory().objects.map(\.address.description) == ["volume/data"])
    }

    @Test("protected resources stay, and the others are looked after all the same")
    func protects() {
        var shop = shop { $0.syncs = true }
        shop.service("vault")
        shop.resources[shop.resources.count - 1].protect = true
        shop.touch()
        shop.run(for: .seconds(10))
        shop.remove(.service, "vault")
        shop.service("web", replicas: 1)
        shop.restart {
            $0.syncs = true
            $0.prunes = true
        }
        shop.run(for: .seconds(30))
        #expect(shop.cluster.observe("vault") != nil)
        #expect(shop.isServing("web", replicas: 1))
        // A protected one that would have to be replaced is refused, and said so; the rest goes on.
        shop.service("vault") { $0.mode = .global }
        shop.resources[shop.resources.count - 1].protect = true
        shop.service("web", replicas: 2)
        shop.touch()
        shop.run(for: .seconds(30))
        #expect(shop.isServing("web", replicas: 2))
        #expect(shop.cluster.observe("vault")?.instances.count == 1)
        #expect(shop.events("change.refused").first?.address?.name == "vault")
        #expect(shop.deleted.isEmpty)
    }

    @Test("broken or emptied manifests keep what was declared before and are said once")
    func brokenManifests() {
        var shop = shop {
            $0.syncs = true
            $0.prunes = true
        }
        shop.broken = "the manifests have 1 error"
        shop.touch()
        shop.stopInstance("web")
        shop.run(for: .seconds(300))
        #expect(shop.events("manifests.broken").count == 1)
        #expect(shop.cluster.observe("web")?.instances.count == 2, "drift is repaired meanwhile")
        #expect(shop.deleted.isEmpty)
        #expect(shop.metrics.manifestErrors > 1)
        // Also after a restart, when no good manifests were ever seen: the record stands for them.
        shop.restart {
            $0.syncs = true
            $0.prunes = true
        }
        shop.removeService("web")
        shop.run(for: .seconds(60))
        #expect(shop.cluster.observe("web")?.instances.count == 2)
        #expect(shop.deleted.isEmpty)
        shop.broken = nil
        shop.service("web", replicas: 4)
        shop.touch()
        shop.run(for: .seconds(30))
        #expect(shop.isServing("web", replicas: 4))
        #expect(shop.events("manifests.restored").count == 1)
    }

    @Test("what was rolled back is not tried again, not even after a restart, until its manifest changes")
    func rolledBack() throws {
        var shop = shop { $0.syncs = true }
        var update = UpdatePolicy()
        update.onFailure = .rollback
        func change(_ version: String) -> (inout ServiceSpec) -> Void {
            { spec in
                spec.update = update
                spec.environment = ["VERSION": .text(version)]
            }
        }
        shop.service("web", replicas: 2, change("1"))
        shop.touch()
        shop.run(for: .seconds(30))
        #expect(shop.isServing("web", replicas: 2))
        shop.service("web", replicas: 2, change("bad"))
        var options = SimulationOptions(seed: 1)
        let bad = try #require(shop.template("web"))
        options.rules = [BehaviourRule(template: bad, InstanceBehaviour(.ends(status: 1, after: .zero, times: nil)))]
        shop.cluster = shop.cluster.behaving(options)
        shop.touch()
        shop.run(for: .seconds(60))
        let tried = shop.record.revisions.count
        #expect(shop.record.revisions.last?.outcome == .rolledBack)
        shop.run(for: .seconds(3600))
        #expect(shop.record.revisions.count == tried)
        #expect(shop.events("change.held").count == 1)
        shop.restart { $0.syncs = true }
        shop.run(for: .seconds(3600))
        #expect(shop.record.revisions.count == tried, "a new process knows it from the record")
        #expect(shop.events("change.held").count == 2)
        // Drift of what is held is put right: to what is recorded.
        shop.stopInstance("web")
        shop.run(for: .seconds(30))
        #expect(shop.cluster.observe("web")?.instances.count { $0.isHealthy } == 2)
        #expect(shop.cluster.observe("web")?.template != bad)
        shop.service("web", replicas: 2, change("3"))
        shop.touch()
        shop.run(for: .seconds(30))
        #expect(shop.isServing("web", replicas: 2))
        // Back to the bad one: the manifest changed, so it is tried once more.
        let before = shop.record.revisions.count
        shop.service("web", replicas: 2, change("bad"))
        shop.touch()
        shop.run(for: .seconds(600))
        #expect(shop.record.revisions.count == before + 1)
    }

    @Test("a change that went back keeps the objects it went back to, and what uses it waits with it")
    func rolledBackWithCompany() throws {
        var shop = shop { $0.syncs = true }
        var update = UpdatePolicy()
        update.onFailure = .rollback
        func declare(_ content: String, _ version: String) {
            var config = ConfigSpec()
            config.content = ConfigContent(bytes: Array(content.utf8))
            shop.set(Resource(address: ResourceAddress(.config, "site"), spec: .config(config)))
            shop.service("api") {
                $0.update = update
                $0.configs = [FileReference(source: "site", target: "/site")]
            }
            shop.service("front") {
                $0.environment = ["V": .text(version)]
                $0.dependsOn = [ServiceDependency(service: "api", condition: .healthy)]
            }
            shop.touch()
        }
        declare("one", "1")
        shop.run(for: .seconds(30))
        let before = shop.cluster.inventory().objects.first { $0.address.kind == .config }?.name
        var options = SimulationOptions(seed: 1)
        let good = [shop.cluster.observe("api")?.template, shop.cluster.observe("front")?.template]
        options.behaviour = InstanceBehaviour(.ends(status: 1, after: .zero, times: nil))
        options.rules = good.map { BehaviourRule(template: $0, InstanceBehaviour()) }
        shop.cluster = shop.cluster.behaving(options)
        declare("two", "2")
        shop.run(for: .seconds(1800))
        #expect(shop.events("change.held").map(\.address?.name) == ["api"])
        #expect(shop.events("step.failed").count == 1, "\(shop.events("step.failed"))")
        #expect(shop.cluster.inventory().objects.contains { $0.name == before }, "the old content is in use")
        #expect(shop.cluster.observe("front")?.template == good[1], "what uses it waits")
        shop.stopInstance("api")
        shop.stopInstance("front")
        shop.run(for: .seconds(20))
        #expect(shop.cluster.observe("api")?.instances.first?.isHealthy == true)
        #expect(shop.cluster.observe("front")?.instances.first?.isHealthy == true)
        options.behaviour = InstanceBehaviour()
        shop.cluster = shop.cluster.behaving(options)
        declare("three", "2")
        shop.run(for: .seconds(60))
        #expect(shop.metrics.differences == 0)
        #expect(shop.cluster.inventory().objects.filter { $0.address.kind == .config }.count == 1)
    }

    @Test("what fails is tried again ever more seldom, and never keeps the rest waiting")
    func backsOff() throws {
        var options = SimulationOptions(seed: 3)
        options.rules = [BehaviourRule(service: "sick", InstanceBehaviour(.neverHealthy))]
        var shop = shop(options) { $0.syncs = true }
        shop.service("sick")
        shop.touch()
        let before = shop.applies
        shop.run(for: .seconds(150))
        #expect(shop.applies > before)
        shop.service("web", replicas: 3)
        shop.touch()
        shop.run(for: .seconds(200))
        #expect(shop.isServing("web", replicas: 3))
        let tries = shop.applies
        shop.run(for: .seconds(7200))
        #expect((5...40).contains(shop.applies - tries), "tried \(shop.applies - tries) times in two hours")
    }

    @Test("a driver out of reach is waited for with growing pauses, said once, and nothing is taken for gone")
    func unreachable() {
        var shop = shop { $0.syncs = true }
        shop.isReachable = false
        let surveys = shop.surveys
        shop.run(for: .seconds(3600))
        #expect((10...40).contains(shop.surveys - surveys), "\(shop.surveys - surveys) looks in an hour")
        #expect(shop.events("round.failed").count == 1)
        #expect(shop.health.trouble(now: shop.cluster.now)?.contains("does not answer") == true)
        shop.isReachable = true
        shop.run(for: .seconds(400))
        #expect(shop.events("round.recovered").count == 1)
        #expect(shop.health.trouble(now: shop.cluster.now) == nil)
        #expect(shop.isServing("web", replicas: 2))

        shop.isReachable = false
        shop.stopInstance("web")
        shop.run(for: .seconds(3600))
        shop.answersAgain()
        shop.run(for: .seconds(3))
        #expect(shop.events("round.recovered").count == 2, "what answers again and says so is looked at at once")
        shop.run(for: .seconds(10))
        #expect(shop.isServing("web", replicas: 2))
    }

    @Test("somebody else's apply is waited for and said once; then what it left is looked at anew")
    func waitsForTheLock() {
        var shop = shop { $0.syncs = true }
        shop.lockHolder = "apply of ann (pid 7)"
        shop.stopInstance("web")
        shop.run(for: .seconds(60))
        #expect(shop.events("lock.waiting").count == 1)
        #expect(shop.cluster.observe("web")?.instances.count == 1)
        shop.lockHolder = nil
        shop.run(for: .seconds(10))
        #expect(shop.cluster.observe("web")?.instances.count == 2)
    }

    @Test("instances that keep dying do not make the loop spin")
    func neverSpins() {
        var shop = shop { $0.repairs = true }
        let (surveys, applies) = (shop.surveys, shop.applies)
        for _ in 0..<600 {
            shop.stopInstance("web")
            shop.run(for: .seconds(1))
        }
        #expect(shop.surveys - surveys < 1300, "\(shop.surveys - surveys) looks in ten minutes")
        #expect(shop.applies - applies < 30, "\(shop.applies - applies) repairs in ten minutes")
        shop.run(for: .seconds(400))
        #expect(shop.cluster.observe("web")?.instances.count == 2)
    }

    @Test("--once tells by its exit code what is left")
    func once() {
        func code(_ shop: inout Shop, _ change: @escaping (inout ReconcilePolicy) -> Void) -> Int32? {
            shop.restart {
                $0.once = true
                change(&$0)
            }
            shop.run(for: .seconds(300))
            return shop.exit
        }
        var shop = shop { $0.syncs = true }
        #expect(code(&shop) { _ in } == 0)
        shop.stopInstance("web")
        shop.run(for: .seconds(1))
        #expect(code(&shop) { _ in } == 2)
        #expect(code(&shop) { $0.repairs = true } == 0)
        shop.service("web", replicas: 3)
        #expect(code(&shop) { $0.repairs = true } == 2)
        shop.lockHolder = "somebody"
        #expect(code(&shop) { $0.syncs = true } == 4)
        shop.lockHolder = nil
        #expect(code(&shop) { $0.syncs = true } == 0)
        shop.remove(.service, "web")
        shop.service("other")
        #expect(code(&shop) { $0.syncs = true } == 2)
        shop.broken = "unreadable"
        #expect(code(&shop) { $0.syncs = true } == 1)
        shop.isReachable = false
        #expect(code(&shop) { $0.syncs = true } == 1)
    }
}
