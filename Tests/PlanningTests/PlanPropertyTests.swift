import Plans
import ResourceModel
import Testing

@testable import Planning

/// Laws that hold for every plan, tried on random projects.
@Suite struct PlanPropertyTests {
    private static let seeds: Range<UInt64> = 0..<80

    /// Every seed's scene and its plan, made once.
    private static let scenes: [(UInt64, Scene, Plan)] = seeds.compactMap { seed in
        var random = RandomScene(seed: seed)
        let scene = random.scene()
        return scene.plan().plan.map { (seed, scene, $0) }
    }

    @Test func aPlanAfterASuccessfulApplyIsEmpty() {
        for (seed, scene, plan) in Self.scenes {
            let after = PretendedApply.apply(plan, to: scene)
            let again = after.plan().plan
            #expect(again?.steps.map { "\($0.action) \($0.address) \($0.reasons)" } == [], "seed \(seed)")
        }
    }

    @Test func stepsComeAfterTheirNeedsAndBatchesStayWithinTheirLimit() {
        for (seed, scene, plan) in Self.scenes {
            var weights = [Int](repeating: 0, count: plan.batchCount)
            for (index, step) in plan.steps.enumerated() {
                #expect(step.id == index, "seed \(seed)")
                let changing = step.rollout.map { min($0.parallelism, $0.replacements.count) } ?? 1
                weights[step.batch] += max(1, changing)
                for need in step.needs { #expect(plan.steps[need.step].batch < step.batch, "seed \(seed)") }
            }
            #expect(weights.allSatisfy { (1...scene.options.batch).contains($0) }, "seed \(seed)")
        }
    }

    @Test func nothingIsRemovedBeforeItsUsersLetGo() {
        for (seed, scene, plan) in Self.scenes {
            // What makes way for a replacement comes before it, and its own users stay as they are.
            let makingWay = Set(plan.steps.filter { $0.action == .replace }.flatMap(\.needs).map(\.step))
            for removal in plan.steps where removal.action == .delete || removal.action == .retire {
                guard !makingWay.contains(removal.id) else { continue }
                let users = scene.recorded.resources.filter { $0.needs.contains(removal.address) }.map(\.address)
                for user in users {
                    let first = plan.steps.filter { $0.address == user }.map(\.batch).min()
                    #expect(first.map { $0 < removal.batch } ?? (removal.action == .retire), "seed \(seed) \(user)")
                }
            }
        }
    }

    @Test func whatIsAsDeclaredHasNoStep() {
        for seed in Self.seeds {
            var random = RandomScene(seed: seed)
            let base = random.scene().applied().applied()
            guard let address = base.declared.map(\.address).last(where: { $0.kind == .service }) else { continue }
            var scene = base
            scene.edit(address.name) { $0.workingDir = "/changed" }
            let steps = scene.plan().plan?.steps.map(\.address) ?? []
            if base.plan().plan?.isEmpty == true { #expect(steps == [address], "seed \(seed)") }
        }
    }

    @Test func destroyingLeavesNothingAndGoesBackwards() {
        for seed in Self.seeds {
            var random = RandomScene(seed: seed)
            var scene = random.scene()
            scene.options.destroy = true
            scene.options.deleteVolumes = true
            guard let plan = scene.plan().plan else { continue }
            #expect(plan.steps.allSatisfy { $0.action == .delete || $0.action == .retire })
            let after = PretendedApply.apply(plan, to: scene)
            #expect(after.recorded.resources.isEmpty, "seed \(seed)")
            #expect(after.inventory.services.isEmpty, "seed \(seed)")
            #expect(after.inventory.objects.isEmpty, "seed \(seed)")
        }
    }

    @Test func theSameInputGivesTheSamePlan() {
        for (seed, scene, plan) in Self.scenes { #expect(scene.plan().plan == plan, "seed \(seed)") }
    }

    @Test func aSavedPlanReadsBackExactly() throws {
        let fingerprinter = Fingerprinter(key: Scene.key)
        for (seed, _, plan) in Self.scenes {
            let bytes = PlanCodec.encode(plan, fingerprinter: fingerprinter)
            let read = try PlanCodec.decode(bytes, lineage: "lineage-1", fingerprinter: fingerprinter)
            #expect(read == plan, "seed \(seed)")
            #expect(throws: Never.self) { _ = try CanonicalReader.parse(PlanJSON.encode(plan)) }
        }
    }

    @Test func targetsBringWhatTheyNeedAndNothingElse() {
        for seed in Self.seeds {
            var random = RandomScene(seed: seed)
            var scene = Scene(random.scene().declared)
            guard let target = scene.declared.last?.address else { continue }
            scene.options.targets = [target]
            let graph = scene.input.graph
            var wanted: Set<ResourceAddress> = []
            var open = [target]
            while let next = open.popLast() {
                guard wanted.insert(next).inserted else { continue }
                open += graph[next]?.references.map(\.address) ?? []
            }
            #expect(Set(scene.plan().plan?.steps.map(\.address) ?? []) == wanted, "seed \(seed)")
        }
    }
}
