import OrchplanTestSupport
import Plans
import ResourceModel
import Testing

/// Each rule of the plan checker, where it fires and at the nearest place where it does not.
@Suite struct FindingTests {
    @Test(arguments: FindingCases.all)
    func aRuleFiresWhereItShouldAndNowhereNear(_ rule: FindingCase) {
        let (scene, near) = rule.scenes()
        #expect(rule.findings(in: scene) == [rule.text])
        #expect(rule.findings(in: near) == [], "the near case of \(rule)")
        #expect(near.plan().plan?.isEmpty == false, "the near case of \(rule) plans something")
    }

    @Test func noRuleIsWithoutATest() {
        let tested = Set(FindingCases.all.map(\.code))
        for code in PlanFindingCode.all where !tested.contains(code.id) {
            #expect(GoldenPlans.text.contains(code.id), "\(code.id) \(code.slug)")
        }
    }

    @Test("a lost record and key: the generated object stays, is recorded under its name, and rotates when asked to")
    func lostRecord() throws {
        var scene = Scene([Make.service("web") { $0.secrets = [FileReference(source: "made")] }])
        scene.declared.append(FindingCases.generated(rotation: 0))
        scene = scene.applied()
        let name = try #require(scene.inventory.objects.first { $0.address.kind == .secret }?.name)
        scene.recorded.resources = []
        scene.recorded.key = ProjectKey(bytes: [UInt8](repeating: 8, count: 32))
        let plan = try #require(scene.plan().plan)
        let steps = plan.steps.filter { $0.address.kind == .secret }
        #expect(steps.map(\.action) == [.update] && steps.map(\.objectName) == [name], "\(steps)")
        scene = PretendedApply.apply(plan, to: scene)
        #expect(scene.recorded.resources.first { $0.address.kind == .secret }?.objectName == name)
        #expect(scene.plan().plan?.isEmpty == true)
        scene.declared.removeAll { $0.address.kind == .secret }
        scene.declared.append(FindingCases.generated(rotation: 1))
        let rotation = try #require(scene.plan().plan)
        #expect(rotation.findings.contains { $0.code == "OP3017" })
        #expect(rotation.steps.contains { $0.action == .retire && $0.objectName == name })
    }

    @Test(
        "what a lost record made is taken in as it runs, whatever it went through; what is begun here is seen through"
    )
    func lostServices() throws {
        var applied = Scene([
            Make.service("web", replicas: 2), Make.service("job") { $0.mode = .replicatedJob },
        ])
        .applied()
        applied.recorded.resources = []
        applied.live("web") { $0.instances[0].restarts = 3 }
        applied.live("job") { ($0.instances[0].phase, $0.instances[0].restarts) = (.completed, 2) }
        let taken = try #require(applied.plan().plan)
        #expect(taken.steps.map(\.action) == [.record, .record], "\(taken.steps.map(\.reasons))")

        // Not well right now: nothing is ended, and the apply waits for it.
        applied.live("web") { ($0.instances[1].phase, $0.instances[1].isHealthy) = (.backoff, false) }
        applied.live("job") { $0.instances[0].phase = .backoff }
        for step in try #require(applied.plan().plan).steps {
            #expect(step.action == .create && step.rollout?.replacements.isEmpty == true, "\(step)")
            #expect(step.rollout?.removals.isEmpty == true && step.rollout?.additions.isEmpty == true, "\(step)")
        }

        applied.recorded.attempted = [ResourceAddress(.service, "web")]
        let begun = try #require(applied.plan().plan?.steps.first { $0.address.name == "web" })
        #expect(begun.rollout?.replacements.count == 2, "\(begun)")
    }

    @Test func errorsStopThePlanAndEveryWarningSaysWhatToDo() {
        for rule in FindingCases.all {
            let plan = rule.scenes().0.plan().plan
            let own = plan?.findings.filter { $0.code == rule.code } ?? []
            #expect(plan?.hasErrors == plan?.findings.contains { $0.severity == .error })
            #expect(own.allSatisfy { $0.help?.isEmpty == false }, "\(rule)")
        }
    }
}

/// A situation in which one rule has something to say, the text of that, and the nearest in which it has not.
struct FindingCase: Sendable, CustomTestStringConvertible {
    let code: String
    let name: String
    /// `SEVERITY ADDRESS: MESSAGE | HELP`.
    let text: String
    let fires: @Sendable (inout Scene) -> Void
    /// What to change of the firing scene.
    let near: @Sendable (inout Scene) -> Void

    var testDescription: String { "\(code) \(name)" }

    /// Three replicas of `web` on three nodes, applied, then changed.
    func scenes() -> (Scene, Scene) {
        var scene = Scene([Make.service("web", replicas: 3)]).applied()
        fires(&scene)
        var other = scene
        near(&other)
        return (scene, other)
    }

    func findings(in scene: Scene) -> [String] {
        (scene.plan().plan?.findings ?? []).filter { $0.code == code }
            .map { "\($0.severity.rawValue) \($0.address): \($0.message)" + ($0.help.map { " | \($0)" } ?? "") }
    }
}
