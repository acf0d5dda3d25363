import Plans
import ResourceModel
import Testing

@testable import Planning

/// What plans say of images, and that they never roll a service for want of a registry.
@Suite struct ImageTests {
    @Test func aMovedTagIsShownAsBeforeAndAfterForItsOwnReason() throws {
        var scene = Scenarios.pinned
        scene.images.answers[Scenarios.webImage] = .digest(Scenarios.two)
        let step = try #require(scene.plan().plan?.steps.first)
        #expect(step.reasons == [.tagMoved(image: Scenarios.webImage)])
        #expect(step.reasons.first?.text == "the tag registry.example/web:1 now names other content")
        #expect(
            step.changes == [
                FieldChange(path: "imageDigest", before: .string(Scenarios.one), after: .string(Scenarios.two))
            ]
        )
        let desired = try #require(step.after?.decoded(Resource.self).spec.service)
        #expect(desired.image == Scenarios.webImage && desired.imageDigest == Scenarios.two)
        // The way back is the content that ran before.
        let back = try #require(step.rollout?.rollback?.resource.decoded(Resource.self).spec.service)
        #expect(back.imageDigest == Scenarios.one)
        #expect(scene.applied().plan().plan?.isEmpty == true)
    }

    @Test func oneNoteTellsOfARegistryThatDoesNotAnswer() {
        let scene = Scenarios.silent(Scenarios.pinned) {
            $0.edit("api") { $0.image = "registry.example/api:2" }
        }
        #expect(
            scene.plan().plan?.findings.filter { $0.code == "OP3106" }.map(\.message) == [
                "the registry registry.example did not tell what registry.example/api:2, registry.example/web:1 stands"
                    + " for now: connection refused; service/web stays with the content that is recorded; service/api"
                    + " runs what each node finds"
            ]
        )
    }

    @Test func refusalsAndMissingImagesAreToldApart() {
        var scene = Scenarios.pinned
        scene.images.answers = [
            "registry.example/api:1": .silence(.init(.refused, registry: "registry.example", reason: "unauthorized")),
            Scenarios.webImage: .silence(.init(.missing, registry: "registry.example", reason: "manifest unknown")),
        ]
        let findings = scene.plan().plan?.findings ?? []
        #expect(findings.map(\.address.name) == ["api", "web"])
        #expect(findings.allSatisfy { $0.code == "OP3106" && $0.severity == .note && $0.help != nil })
        #expect(findings.first?.message.contains("refuses to tell") == true)
        #expect(findings.last?.message.contains("has no registry.example/web:1: manifest unknown") == true)
    }

    /// Random projects, tags that move and registries that come and go.
    @Test(arguments: UInt64(0)..<40)
    func whatARegistryDoesNotSayRollsNothing(_ seed: UInt64) throws {
        var random = RandomScene(seed: seed)
        var scene = random.scene()
        scene.capabilities.resolvesImages = true
        scene = answered(scene, &random.generator).applied().applied()
        guard scene.plan().plan?.isEmpty == true else { return }
        #expect(Scenarios.silent(scene).plan().plan?.isEmpty == true, "seed \(seed)")
        scene.images = ImageDigests()
        #expect(scene.plan().plan?.isEmpty == true, "seed \(seed)")
        // Whatever registries say next, applying it ends it.
        scene = answered(scene, &random.generator)
        let plan = try #require(scene.plan().plan)
        #expect(plan.steps.allSatisfy { step in step.changes.allSatisfy { $0.path == "imageDigest" } }, "seed \(seed)")
        #expect(scene.applied().plan().plan?.isEmpty == true, "seed \(seed)")
    }

    private func answered(_ scene: Scene, _ generator: inout SeededGenerator) -> Scene {
        var scene = scene
        for image in scene.declared.compactMap({ $0.spec.service?.image }) {
            let digest = "sha256:" + String(repeating: String(generator.below(4)), count: 64)
            scene.images.answers[image] = generator.chance(70) ? .digest(digest) : .silence(Scenarios.silence)
        }
        return scene
    }

    /// An upgrade must not make every recorded definition another one.
    @Test func whatHasNoDigestIsWrittenAsItAlwaysWas() throws {
        let step = try #require(Scene([Make.service("web")]).plan().plan?.steps.first)
        #expect(
            step.after?.text
                == #"{"kind":"service","name":"web","spec":{"image":"registry.example/web:1","mode":"replicated","#
                + #""replicas":1}}"#
        )
    }

    @Test func registriesAreAskedOnlyAboutWhatTheyCanTell() {
        let digest = "registry.example/db@\(Scenarios.one)"
        let scene = Scene([
            Make.service("a"), Make.service("b") { $0.image = "registry.example/a:1" },
            Make.service("c") { $0.image = digest }, Make.service("d") { $0.pullPolicy = .never },
            Make.service("e") { $0.image = nil }, Make.service("f"),
        ])
        let graph = scene.input.graph
        #expect(graph.images(.always, recorded: []) == ["registry.example/a:1", "registry.example/f:1"])
        #expect(graph.images(.never, recorded: []) == [])
        // `b` is new with the image that `a` has.
        var earlier = scene
        earlier.remove(.init(.service, "b"))
        let recorded = earlier.applied().recorded.resources
        #expect(graph.images(.changed, recorded: recorded) == ["registry.example/a:1"])
        #expect(graph.images(.changed, recorded: scene.applied().recorded.resources) == [])
    }
}
