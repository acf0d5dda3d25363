import Drivers
import OrchplanTestSupport
import Reconciling
import ResourceModel
import Testing

@Suite("Whatever happens, the loop gets there in the end")
struct ChaosTests {
    @Test(
        "random drift, edits, breakage, outages and deaths: declared in the end, no volume lost",
        arguments: Array(0..<40) + [1105, 1142, 1315]
    )
    func chaos(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var options = SimulationOptions(seed: seed)
        options.jitter = 0.3
        let prunes = random.chance()
        let policy: (inout ReconcilePolicy) -> Void = {
            $0.syncs = true
            $0.prunes = prunes
            $0.seed = seed
        }
        var shop = Shop(options, policy)
        shop.volume("data")
        for name in ["a", "b", "c"] { shop.service(name, replicas: Int.random(in: 1...3, using: &random)) }
        shop.start()
        var volumes: Set<String> = ["data"]
        for step in 0..<40 {
            disturb(&shop, step, &volumes, policy, &random)
            shop.run(for: .seconds(Int.random(in: 0...20, using: &random)))
            if shop.exit == 137 { shop.restart(policy) }
        }
        shop.isReachable = true
        shop.lockHolder = nil
        shop.broken = nil
        shop.dies = nil
        shop.touch()
        shop.run(for: .seconds(1500))
        // A rollout that was disturbed is held as its policy says, until somebody changes the manifest.
        for name in Set(shop.events("change.held").compactMap(\.address?.name)).sorted() {
            guard let replicas = shop.resources.first(where: { $0.address.name == name })?.spec.service?.replicas else {
                continue
            }
            #expect(shop.cluster.observe(name) != nil, "what is held is not forgotten")
            shop.service(name, replicas: replicas) { $0.environment = ["V": .text("after a look")] }
        }
        shop.touch()
        shop.run(for: .seconds(1500))
        for resource in shop.resources {
            guard let spec = resource.spec.service else { continue }
            #expect(shop.isServing(resource.address.name, replicas: spec.replicas), "\(resource.address)")
        }
        let declared = Set(shop.resources.map(\.address.name))
        let present = Set(shop.cluster.inventory().services.map(\.address.name))
        if prunes { #expect(present.isSubset(of: declared)) } else { #expect(shop.deleted.isEmpty) }
        let kept = Set(shop.cluster.inventory().objects.filter { $0.address.kind == .volume }.map(\.address.name))
        #expect(volumes.isSubset(of: kept.union(declared.subtracting(kept))))
        #expect(!shop.deleted.contains { $0.kind == .volume })
        #expect(shop.health.trouble(now: shop.cluster.now) == nil)
    }

    private func disturb(
        _ shop: inout Shop,
        _ step: Int,
        _ volumes: inout Set<String>,
        _ policy: @escaping (inout ReconcilePolicy) -> Void,
        _ random: inout SeededGenerator
    ) {
        let name = ["a", "b", "c", "d"].randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: shop.stopInstance(name)
        case 2: shop.removeService(name)
        case 3, 4:
            let replicas = Int.random(in: 0...4, using: &random)
            let version = "\(Int.random(in: 0..<5, using: &random))"
            shop.service(name, replicas: replicas) { $0.environment = ["V": .text(version)] }
            shop.touch()
        case 5:
            shop.remove(.service, name)
            if shop.resources.contains(where: { $0.address.kind == .service }) { shop.touch() }
        case 6: shop.broken = shop.broken == nil ? "half written at \(step)" : nil
        case 7: shop.isReachable.toggle()
        case 8: shop.lockHolder = shop.lockHolder == nil ? "somebody" : nil
        case 9: shop.dies = Int.random(in: 1...30, using: &random)
        case 10:
            shop.volume("volume\(step)")
            volumes.insert("volume\(step)")
            shop.touch()
        default: shop.restart(policy)
        }
    }

    @Test("killed at any effect of an apply, the next loop ends where this one would have", arguments: 1...40)
    func killed(effect: Int) {
        var shop = Shop { $0.syncs = true }
        shop.service("web", replicas: 3)
        shop.start()
        shop.run(for: .seconds(20))
        shop.service("web", replicas: 3) { $0.environment = ["V": .text("2")] }
        shop.service("other")
        shop.dies = effect
        shop.touch()
        shop.run(for: .seconds(60))
        shop.dies = nil
        shop.restart { $0.syncs = true }
        shop.run(for: .seconds(120))
        #expect(shop.isServing("web", replicas: 3))
        #expect(shop.isServing("other", replicas: 1))
        #expect(shop.metrics.differences == 0)
        #expect(shop.record.recorded.openOperations.isEmpty)
    }
}
