import Foundation
import Testing

/// What tags stand for, from the command line to a real engine and a registry that it pulls from.
///
/// One suite with the others on this engine: they look at all that it has.
extension SwarmTests {
    private static let app = "127.0.0.1:5000/pinned/app:1"
    private static let other = "127.0.0.1:5000/pinned/other:1"
    private static let probe =
        "healthcheck: {command: [wget, -q, -O, /dev/null, 'http://127.0.0.1:80/'], interval: 1s, timeout: 1s}"

    private static func manifest(_ name: String, _ image: String) -> String {
        SwarmEngine.service(name, probe, "update: {monitor: 500ms, onFailure: rollback}")
            .replacingOccurrences(of: "orchplan/test:1", with: image)
    }

    /// Pushes a test image under a name; returns its digest.
    private func push(_ version: String, as name: String, _ engine: SwarmEngine) throws -> String {
        try engine.docker("tag", version, name)
        let words = try engine.docker("push", name).split(whereSeparator: \.isWhitespace)
        return try String(#require(words.last { $0.hasPrefix("sha256:") }))
    }

    private func image(_ service: String, _ engine: SwarmEngine) throws -> String {
        try engine.docker("service", "inspect", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", service)
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("images are pinned when applied, told and rolled when the tag moves, and left alone when nobody can be asked")
    func images() throws {
        let engine = try SwarmEngine.started()
        try engine.registry("start", "5000")
        defer { try? engine.registry("stop", "5000") }
        let one = try push("orchplan/test:1", as: Self.app, engine)
        let project = try Project([
            "orchplan.yaml": "project: pinned\ndriver: swarm\n", "manifests/app.yaml": Self.manifest("app", Self.app),
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(engine.socket)"
        try Project.with(project) { project in
            let planned = try project.orchplan("plan")
            #expect(planned.out.contains("+ imageDigest ") && planned.out.contains(one), "\(planned.all)")
            let first = try project.orchplan("apply", "--yes")
            try #require(first.status == 0, "\(first.all)")
            #expect(try image("pinned_app", engine) == "\(Self.app)@\(one)")
            try expectNothing(project)
            try expectImageStatus(project, one)

            let two = try push("orchplan/test:2", as: Self.app, engine)
            try #require(one != two)
            try imageMoved(project, engine, from: one, to: two)
            try imageSilence(project, engine, two)
            try imageBack(project, engine, from: two, to: one)
        }
    }

    /// A plan right after an apply has nothing to do and nothing to say.
    private func expectNothing(_ project: Project) throws {
        let plan = try project.orchplan("plan", "--detailed-exitcode")
        #expect(plan.status == 0 && !plan.out.contains("OP310"), "\(plan.all)")
    }

    private func expectImageStatus(_ project: Project, _ digest: String) throws {
        let services = try json(project.orchplan("status", "--format", "json").out)["services"] as? [[String: Any]]
        #expect(services?.first?["image"] as? String == Self.app)
        #expect(services?.first?["imageDigest"] as? String == digest)
        let detail = try project.orchplan("status", "app")
        #expect(detail.out.contains("\(Self.app) (\(digest.prefix(19)))"), "\(detail.all)")
        #expect(try project.orchplan("status", "--exit-code").status == 0)
        #expect(try project.orchplan("state", "show", "app").out.contains(digest))
    }

    /// The tag names other content: shown, saved with a plan, and rolled by it even when the tag has moved on.
    private func imageMoved(_ project: Project, _ engine: SwarmEngine, from one: String, to two: String) throws {
        let unasked = try project.orchplan("plan", "--detailed-exitcode", "--resolve-images", "changed")
        #expect(unasked.status == 0, "\(unasked.all)")
        let looped = try project.orchplan("reconcile", "--once", "--sync")
        #expect(looped.status == 0, "a loop follows no tags: \(looped.all)")
        #expect(try image("pinned_app", engine) == "\(Self.app)@\(one)")

        let plan = try project.orchplan("plan", "--detailed-exitcode", "--out", "two.plan")
        #expect(plan.status == 2, "\(plan.all)")
        #expect(plan.out.contains("because the tag \(Self.app) now names other content"), "\(plan.all)")
        #expect(plan.out.contains(one) && plan.out.contains(two), "\(plan.all)")
        let steps = try json(project.orchplan("plan", "--format", "json").out)["steps"] as? [[String: Any]]
        let reasons = steps?.first?["reasons"] as? [[String: Any]]
        #expect(reasons?.map { $0["code"] as? String } == ["tagMoved"])

        _ = try push("orchplan/test:bad", as: Self.app, engine)
        try engine.registry("stop", "5000")
        // The nodes have the content of the plan: nobody asks what the tag stands for now.
        let saved = try project.orchplan("apply", "two.plan", "--yes")
        #expect(saved.status == 0, "\(saved.all)")
        #expect(try image("pinned_app", engine) == "\(Self.app)@\(two)")
    }

    /// Nobody can be asked: what runs stays, and only what is new runs unpinned.
    private func imageSilence(_ project: Project, _ engine: SwarmEngine, _ two: String) throws {
        let plan = try project.orchplan("plan", "--detailed-exitcode")
        #expect(plan.status == 0, "\(plan.all)")
        #expect(plan.out.contains("note[OP3106]") && plan.out.contains("127.0.0.1:5000"), "\(plan.all)")
        #expect(plan.out.contains("service/app stays with the content that is recorded"), "\(plan.all)")
        #expect(plan.out.contains("No changes."), "\(plan.all)")
        let quiet = try project.orchplan("plan", "--detailed-exitcode", "--resolve-images", "never")
        #expect(quiet.status == 0 && !quiet.out.contains("OP3106"), "\(quiet.all)")

        try engine.docker("tag", "orchplan/test:1", Self.other)
        try project.write("manifests/other.yaml", Self.manifest("other", Self.other))
        let more = try project.orchplan("apply", "--yes")
        #expect(more.status == 0 && more.all.contains("service/other runs what each node finds"), "\(more.all)")
        #expect(try image("pinned_other", engine) == Self.other)
        #expect(try image("pinned_app", engine) == "\(Self.app)@\(two)")

        // Back again, it rolls nothing by itself.
        try engine.registry("start", "5000")
        let digest = try push("orchplan/test:1", as: Self.other, engine)
        _ = try push("orchplan/test:2", as: Self.app, engine)
        let later = try project.orchplan("plan", "--detailed-exitcode")
        #expect(later.status == 0 && later.out.contains("note[OP3107]"), "\(later.all)")
        try project.edit("manifests/other.yaml", "stopGracePeriod: 1s", "stopGracePeriod: 2s")
        let pinned = try project.orchplan("apply", "--yes")
        #expect(pinned.status == 0, "\(pinned.all)")
        #expect(try image("pinned_other", engine) == "\(Self.other)@\(digest)")
        try expectNothing(project)
    }

    /// What colleagues and rollbacks do with digests.
    private func imageBack(_ project: Project, _ engine: SwarmEngine, from two: String, to one: String) throws {
        try engine.docker("service", "update", "--detach", "--image", "orchplan/test:1", "pinned_app")
        let drift = try project.orchplan("plan")
        #expect(drift.out.contains("somebody changed image in the cluster"), "\(drift.all)")
        #expect(drift.out.contains("\(Self.app)@\(two)"), "\(drift.all)")
        let repaired = try project.orchplan("apply", "--yes")
        #expect(repaired.status == 0, "\(repaired.all)")
        #expect(try image("pinned_app", engine) == "\(Self.app)@\(two)")

        let rolledBack = try project.orchplan("rollback", "1", "--yes")
        #expect(rolledBack.status == 0, "\(rolledBack.all)")
        #expect(try image("pinned_app", engine) == "\(Self.app)@\(one)")

        // A loop pins what is new, and leaves alone what is recorded.
        let looped = try project.orchplan("reconcile", "--once", "--sync")
        #expect(looped.status == 0, "\(looped.all)")
        #expect(try image("pinned_other", engine).hasPrefix("\(Self.other)@sha256:"))
        #expect(try image("pinned_app", engine) == "\(Self.app)@\(one)")
    }
}
