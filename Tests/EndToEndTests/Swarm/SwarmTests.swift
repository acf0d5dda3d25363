import Foundation
import Testing

/// The built binary on a real Docker Engine that is a swarm of one node.
@Suite("A swarm, as its users see it", .serialized, SwarmEngine.isWanted)
struct SwarmTests {
    private static let health =
        "healthcheck: {command: [wget, -q, -O, /dev/null, 'http://127.0.0.1:80/'], interval: 1s, timeout: 1s}"

    private static let objects = [
        Manifest.of("Network", "front"), Manifest.of("Volume", "data"),
        Manifest.of("Secret", "token", "{file: ../token.txt}"), Manifest.of("Config", "motd", "{content: hello}"),
    ]
    .joined()

    private static let web = SwarmEngine.service(
        "web",
        health,
        "replicas: 2",
        "networks: [front]",
        "secrets: [token]",
        "configs: [{source: motd, target: /etc/motd}]",
        "mounts: ['data:/data']",
        "update: {batch: 1, monitor: 500ms, onFailure: rollback}",
        "dependsOn: [tick]"
    )
    private static let tick = SwarmEngine.service("tick", "command: [sh, -c, 'while :; do echo tick; sleep 1; done']")
    private static let pauses = SwarmEngine.service(
        "pauses",
        health,
        "update: {batch: 1, monitor: 500ms, onFailure: pause}"
    )

    /// A project whose driver finds the engine as Docker's own client would.
    static func with(
        _ name: String,
        _ files: [String: String],
        _ body: (Project, SwarmEngine) throws -> Void
    ) throws {
        let engine = try SwarmEngine.started()
        var files = files
        files["orchplan.yaml"] = "project: \(name)\ndriver: swarm\nenvironments: {staging: {}}\n"
        let project = try Project(files)
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(engine.socket)"
        try Project.with(project) { try body($0, engine) }
    }

    @Test(
        "a system is applied, told of, kept as declared, changed and taken away, without a needless word to the engine"
    )
    func life() throws {
        let files = [
            "token.txt": "hunter2", "manifests/0.yaml": Self.objects, "manifests/web.yaml": Self.web,
            "manifests/tick.yaml": Self.tick,
        ]
        try Self.with("life", files) { project, engine in
            let first = try project.orchplan("apply", "--yes")
            try #require(first.status == 0, "\(first.all)")
            #expect(!first.all.contains("hunter2"))
            let made = try engine.everything(of: "life")
            #expect(made.count == 6, "\(made)")

            let again = try project.orchplan("apply", "--yes")
            #expect(again.status == 0, "\(again.all)")
            #expect(try engine.everything(of: "life") == made, "nothing was sent")
            #expect(try project.orchplan("plan", "--detailed-exitcode").status != 1)

            let elsewhere = try project.orchplan("plan", "--state", "other.db")
            #expect(elsewhere.status == 1 && elsewhere.err.contains("applied with another record"), "\(elsewhere.all)")

            let claimed = try project.orchplan("plan", "--destroy", "--state", "other.db", "--take-over")
            #expect(claimed.out.contains("service/web will be ") && !claimed.out.contains("OP3103"), "\(claimed.all)")

            try status(project)
            try drift(project, engine)
            try changes(project, engine)

            let gone = try project.orchplan("destroy", "--yes", "--delete-volumes")
            #expect(gone.status == 0, "\(gone.all)")
            #expect(try engine.everything(of: "life") == [])
        }
    }

    private func status(_ project: Project) throws {
        let status = try project.orchplan("status", "--exit-code")
        #expect(status.status == 0 && status.out.contains("All well: 2 services."), "\(status.all)")
        let web = try project.orchplan("status", "web")
        #expect(web.out.contains("2 of 2 healthy") && web.out.contains("orchplan/test:1"), "\(web.all)")
        try eventually("it ticks") {
            try project.orchplan("logs", "tick", "--tail", "1", "--timestamps").out.hasSuffix("Z tick\n")
        }
        let following = try project.orchplan.start(["logs", "--follow", "tick", "--since", "0s"])
        try eventually("two more ticks") { following.soFar.split(separator: "\n").count >= 2 }
        following.send(SIGINT)
        #expect(try following.wait().status == 130)
    }

    /// What colleagues do by hand is told by field, and put right.
    private func drift(_ project: Project, _ engine: SwarmEngine) throws {
        try project.edit("manifests/tick.yaml", "echo tick;", "echo tock;")
        #expect(try project.orchplan("plan", "--out", "tock.plan").status == 0)
        try project.edit("manifests/tick.yaml", "echo tock;", "echo tick;")
        try engine.docker("service", "update", "--detach", "--image", "orchplan/test:2", "life_tick")
        try engine.docker("service", "scale", "--detach", "life_web=3")
        let overtaken = try project.orchplan("apply", "tock.plan", "--yes")
        #expect(overtaken.status == 3 && overtaken.err.contains("changed image in the cluster"), "\(overtaken.all)")
        let told = try project.orchplan("status", "--exit-code")
        #expect(told.status == 2 && told.out.contains("image"), "\(told.all)")
        let plan = try project.orchplan("plan", "--out", "repair.plan")
        #expect(plan.out.contains("somebody changed image in the cluster"), "\(plan.all)")
        #expect(plan.out.contains("replicas = 3 -> 2"), "\(plan.all)")
        #expect(plan.out.contains("orchplan/test:2"), "\(plan.all)")
        try engine.docker("service", "scale", "--detach", "life_web=4")
        let stale = try project.orchplan("apply", "repair.plan", "--yes")
        #expect(stale.status == 3 && stale.err.contains("somebody scaled it to 4"), "\(stale.all)")
        let repaired = try project.orchplan("reconcile", "--once", "--repair")
        #expect(repaired.status == 0, "\(repaired.all)")
        let image = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
        #expect(try engine.docker("service", "inspect", "--format", image, "life_tick") == "orchplan/test:1")
        let count = "{{.Spec.Mode.Replicated.Replicas}}"
        #expect(try engine.docker("service", "inspect", "--format", count, "life_web") == "2")
    }

    private func changes(_ project: Project, _ engine: SwarmEngine) throws {
        let before = try engine.docker("secret", "ls", "--filter", "label=orchplan.project=life", "--quiet")
        try project.write("token.txt", "hunter3")
        try project.edit("manifests/web.yaml", "orchplan/test:1", "orchplan/test:2")
        try project.edit("manifests/web.yaml", "  dependsOn: [tick]\n", "")
        try FileManager.default.removeItem(at: project.directory.appendingPathComponent("manifests/tick.yaml"))
        let changed = try project.orchplan("apply", "--yes")
        #expect(changed.status == 0, "\(changed.all)")
        let after = try engine.docker("secret", "ls", "--filter", "label=orchplan.project=life", "--quiet")
        #expect(after != before && after.split(separator: "\n").count == 1, "\(before) \(after)")
        let running =
            try engine.docker(
                "service",
                "ps",
                "--filter",
                "desired-state=running",
                "--format",
                "{{.Image}} {{.CurrentState}}",
                "life_web"
            )
            .split(separator: "\n")
        #expect(running.count == 2 && running.allSatisfy { $0.hasPrefix("orchplan/test:2 Running") }, "\(running)")
        let services = try engine.docker("service", "ls", "--filter", "name=life_", "--format", "{{.Name}}")
        #expect(services == "life_web")
        let back = try project.orchplan("rollback", "--yes")
        #expect(back.status == 0, "\(back.all)")
    }

    @Test("a version that fails is rolled back, or left where it stands: exit status 5 and 6; environments live apart")
    func failures() throws {
        let files = [
            "manifests/rolls.yaml": SwarmEngine.service(
                "rolls",
                Self.health,
                "update: {batch: 1, monitor: 500ms, onFailure: rollback}"
            ), "manifests/pauses.yaml": Self.pauses,
        ]
        try Self.with("fails", files) { project, engine in
            #expect(try project.orchplan("logs").err.contains("there is no service of fails"))
            let first = try project.orchplan("apply", "--yes", "--env", "staging")
            try #require(first.status == 0, "\(first.all)")
            #expect(try project.orchplan("status").out.contains("No services."))
            defer { _ = try? project.orchplan("destroy", "--yes", "--env", "staging") }

            try project.edit("manifests/rolls.yaml", "orchplan/test:1", "orchplan/test:bad")
            let rolled = try project.orchplan("apply", "--yes", "--env", "staging")
            #expect(rolled.status == 5, "\(rolled.all)")
            #expect(rolled.all.contains("non-zero exit (1)"), "it says why: \(rolled.all)")
            try project.edit("manifests/rolls.yaml", "orchplan/test:bad", "orchplan/test:1")
            try project.edit("manifests/rolls.yaml", "http://127.0.0.1:80/", "http://127.0.0.1:81/")
            let sick = try project.orchplan("apply", "--yes", "--env", "staging")
            #expect(sick.status == 5 && sick.all.contains("health check, exit status 1: "), "\(sick.all)")
            #expect(sick.all.contains("connect"), "what the check said: \(sick.all)")
            #expect(sick.all.contains("exit status"), "how it ended: \(sick.all)")
            let history = try project.orchplan("history", "--env", "staging")
            #expect(history.status == 0 && !history.out.contains("rollback to revision"), "\(history.all)")
            let image = "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
            let live = try engine.docker("service", "inspect", "--format", image, "fails-staging_rolls")
            #expect(live == "orchplan/test:1")

            try project.edit("manifests/rolls.yaml", "http://127.0.0.1:81/", "http://127.0.0.1:80/")
            try project.edit("manifests/pauses.yaml", "orchplan/test:1", "orchplan/test:bad")
            let paused = try project.orchplan("apply", "--yes", "--env", "staging", "--var", "A=b c", "--batch", "3")
            #expect(paused.status == 6, "\(paused.all)")
            let next = "orchplan apply --env staging --var 'A=b c' --batch 3\n"
            #expect(paused.all.contains(next), "what goes on means the same system: \(paused.all)")
            let told = try project.orchplan("status", "--env", "staging", "--exit-code")
            #expect(told.status == 2 && told.out.contains("paused"), "\(told.all)")
            let plan = try project.orchplan("plan", "--env", "staging")
            #expect(plan.out.contains("its rollout is paused"), "\(plan.all)")
            try project.edit("manifests/pauses.yaml", "orchplan/test:bad", "orchplan/test:1")
            let mended = try project.orchplan("apply", "--yes", "--env", "staging")
            #expect(mended.status == 0, "\(mended.all)")
        }
    }

    @Test("a whole system goes back to any revision, and nothing of a plan starts of which one part cannot work")
    func revisions() throws {
        let motd = Manifest.of("Config", "motd", "{content: hello}")
        let update = "update: {monitor: 500ms, onFailure: rollback}"
        let files = [
            "manifests/web.yaml": SwarmEngine.service("web", Self.health, update, "configs: [motd]"),
            "manifests/api.yaml": SwarmEngine.service("api", Self.health, update), "manifests/motd.yaml": motd,
        ]
        try Self.with("revs", files) { project, engine in
            try #require(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "orchplan/test:1", "orchplan/test:2")
            try project.edit("manifests/motd.yaml", "hello", "bye")
            try FileManager.default.removeItem(at: project.directory.appendingPathComponent("manifests/api.yaml"))
            try project.write("manifests/more.yaml", SwarmEngine.service("more", Self.health, update))
            let second = try project.orchplan("apply", "--yes")
            try #require(second.status == 0, "\(second.all)")

            let lost = SwarmEngine.service("lost", "placement: {constraints: [node.labels.zone == mars]}")
            try project.write("manifests/lost.yaml", lost)
            try project.edit("manifests/more.yaml", "orchplan/test:1", "orchplan/test:2")
            let before = try engine.everything(of: "revs")
            let refused = try project.orchplan("apply", "--yes")
            #expect(refused.status == 1 && refused.all.contains("no node can run service/lost"), "\(refused.all)")
            #expect(try engine.everything(of: "revs") == before, "nothing of it was begun")

            let back = try project.orchplan("rollback", "1", "--yes")
            try #require(back.status == 0, "\(back.all)")
            let history = try project.orchplan("history")
            #expect(history.out.contains("rollback to revision 1: "), "\(history.all)")
            let format = "{{.Name}} {{.Image}} {{.Replicas}}"
            let services = try engine.docker("service", "ls", "--filter", "name=revs_", "--format", format)
            #expect(
                services.split(separator: "\n").sorted() == [
                    "revs_api orchplan/test:1 1/1", "revs_web orchplan/test:1 1/1",
                ]
            )
            let configs = try engine.docker("config", "ls", "--filter", "label=orchplan.project=revs", "--quiet")
            #expect(try engine.docker("config", "inspect", "--pretty", configs).contains("hello"))
        }
    }

    @Test("what somebody edits in the middle of a rollout is told, and never called done")
    func editedMidway() throws {
        let update = "update: {batch: 1, delay: 2s, monitor: 500ms}"
        let files = ["manifests/web.yaml": SwarmEngine.service("web", "replicas: 4", update)]
        try Self.with("midway", files) { project, engine in
            try #require(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/web.yaml", "orchplan/test:1", "orchplan/test:2")
            let rolling = try project.orchplan.start(["apply", "--yes"])
            try eventually("the rollout is under way") { rolling.soFar.contains("1/4 updated") }
            let beside = try project.orchplan("plan")
            #expect(
                beside.err.contains(" runs apply (pid ") && !beside.out.contains("outside orchplan"),
                "\(beside.all)"
            )
            try engine.docker("service", "update", "--detach", "--env-add", "BY=hand", "midway_web")
            let told = try rolling.wait()
            #expect(told.status == 1 && told.err.contains("somebody changed environment.BY"), "\(told.all)")
            let again = try project.orchplan("apply", "--yes")
            #expect(again.status == 0, "\(again.all)")
            let format = "{{.Spec.TaskTemplate.ContainerSpec.Env}}"
            #expect(try engine.docker("service", "inspect", "--format", format, "midway_web") == "[]")
        }
    }

    @Test("what failed fails again until its cause is gone: a job runs anew, a crashing service is watched anew")
    func failsAgain() throws {
        let files = [
            "manifests/job.yaml": SwarmEngine.service(
                "job",
                "mode: replicatedJob",
                "restart: {condition: none}",
                "command: [sh, -c, 'exit 3']"
            ),
            "manifests/app.yaml": SwarmEngine.service("app", "dependsOn: [{service: job, condition: completed}]"),
            "manifests/crash.yaml": SwarmEngine.service(
                "crash",
                "command: [sh, -c, 'exit 4']",
                "restart: {delay: 500ms}"
            ),
        ]
        try Self.with("again", files) { project, engine in
            for attempt in 1...2 {
                let failed = try project.orchplan("apply", "--yes")
                #expect(failed.status == 1, "attempt \(attempt): \(failed.all)")
                #expect(failed.err.contains("service/job") && failed.err.contains("service/crash"), "\(failed.all)")
                let services = try engine.docker("service", "ls", "--filter", "name=again_", "--format", "{{.Name}}")
                #expect(!services.contains("again_app"), "what waits for the job waits")
            }
            let front = SwarmEngine.service("front", "dependsOn: [{service: crash, condition: healthy}]")
            try project.edit("manifests/job.yaml", "exit 3", "exit 0")
            try project.edit("manifests/crash.yaml", "exit 4", "sleep 1000")
            let mended = try project.orchplan("apply", "--yes")
            #expect(mended.status == 0, "\(mended.all)")

            // A service that somebody removed is made anew, and seen through as the first time.
            try engine.docker("service", "rm", "again_crash")
            try project.edit("manifests/crash.yaml", "sleep 1000", "sleep 1; exit 5")
            try project.write("manifests/front.yaml", front)
            let lost = try project.orchplan("apply", "--yes")
            #expect(lost.status == 1 && lost.err.contains("service/crash"), "\(lost.all)")
            let waiting = try engine.docker("service", "ls", "--filter", "name=again_", "--format", "{{.Name}}")
            #expect(!waiting.contains("again_front"), "\(waiting)")
        }
    }

    @Test("a stranger's service is named and never touched, and settings that are none are refused")
    func strangers() throws {
        try Self.with("alone", ["manifests/web.yaml": SwarmEngine.service("web", Self.health)]) { project, engine in
            try engine.docker("service", "create", "--detach", "--name", "alone_web", "orchplan/test:2")
            defer { _ = try? engine.docker("service", "rm", "alone_web") }
            let version = { try engine.docker("service", "inspect", "--format", "{{.Version.Index}}", "alone_web") }
            let before = try version()
            let refused = try project.orchplan("apply", "--yes")
            #expect(refused.status == 1 && refused.all.contains("alone_web"), "\(refused.all)")
            #expect(refused.all.contains("does not own"), "\(refused.all)")
            #expect(refused.all.contains("orchplan import service/web"), "\(refused.all)")
            _ = try project.orchplan("destroy", "--yes")
            #expect(try version() == before)

            try engine.docker("volume", "create", "alone_data")
            defer { _ = try? engine.docker("volume", "rm", "alone_data") }
            try project.write("manifests/data.yaml", Manifest.of("Volume", "data"))
            let volume = try project.orchplan("apply", "--yes", "--target", "volume/data")
            #expect(volume.status == 1 && volume.all.contains("volume alone_data"), "\(volume.all)")
            #expect(!(try project.orchplan("state", "list")).out.contains("volume/data"))

            try project.edit(
                "orchplan.yaml",
                "driver: swarm",
                "driver: {name: swarm, options: {contxt: a}, nodes: [{name: x}]}"
            )
            let settings = try project.orchplan("plan")
            #expect(settings.status == 1 && settings.err.contains("did you mean `context`?"), "\(settings.all)")
            #expect(settings.err.contains("reads its nodes from the cluster"), "\(settings.all)")
        }
    }
}
