import Foundation
import Testing

/// Coming from `docker stack deploy`: the built binary on a real engine, with stacks that Docker's own client made.
///
/// One suite with the others on this engine: they look at all that it has.
extension SwarmTests {
    @Test("a stack becomes a project's own, and not a task of it is touched")
    func imports() throws {
        try Stack.with("moved") { project, engine in
            let before = try engine.tasks(of: "moved")
            #expect(before.count == 4, "\(before)")

            let refused = try project.orchplan("import", "--yes")
            #expect(refused.status == 1, "\(refused.all)")
            #expect(refused.out.contains("{external: true, name: moved_front}"), "\(refused.all)")
            #expect(refused.out.contains("{external: true, name: moved_data}"), "all in one run: \(refused.all)")
            #expect(refused.out.contains("manifests/objects.yaml:4:"), "\(refused.all)")
            #expect(try engine.everything(of: "moved") == [], "nothing was touched")

            try project.write("manifests/objects.yaml", Stack.externals("moved"))
            let early = try project.orchplan("import")
            #expect(early.status == 64 && early.err.contains("--yes"), "\(early.all)")
            let looked = try project.orchplan("import", "--dry-run", "--format", "json")
            #expect(looked.status == 0 && looked.out.contains("\"outcome\":\"import\""), "\(looked.all)")
            #expect(try engine.everything(of: "moved") == [])

            let imported = try project.orchplan("import", "--yes")
            try #require(imported.status == 0, "\(imported.all)")
            #expect(imported.out.contains("4 imported, all as declared"), "\(imported.all)")
            let plan = try project.orchplan("plan", "--detailed-exitcode")
            #expect(plan.status == 0 && plan.out.contains("No changes."), "\(plan.all)")
            #expect(try engine.tasks(of: "moved") == before)
            #expect(try engine.docker("stack", "ps", "--quiet", "moved").split(separator: "\n").count == 4)
            let status = try project.orchplan("status", "--exit-code")
            #expect(status.status == 0 && status.out.contains("All well: 3 services."), "\(status.all)")
            #expect(try project.orchplan("history").out.contains("4 imported"))

            let again = try project.orchplan("import", "--yes")
            #expect(again.status == 0 && again.out.contains("Nothing to import."), "\(again.all)")
            let named = try project.orchplan("import", "--yes", "web")
            #expect(named.status == 0 && named.out.contains("recorded already"), "\(named.all)")

            try importedLabels(project, engine, before)
            try importedChange(project, engine)
        }
    }

    /// A change of no instance restarts none, although nothing on them says whose they are.
    private func importedLabels(_ project: Project, _ engine: SwarmEngine, _ before: [String]) throws {
        try project.edit("manifests/web.yaml", "replicas: 2", "labels: {tier: front}\n  replicas: 2")
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        let label = "{{index .Spec.Labels \"tier\"}} {{index .Spec.Labels \"com.docker.stack.namespace\"}}"
        #expect(try engine.docker("service", "inspect", "--format", label, "moved_web") == "front moved")
        #expect(try engine.tasks(of: "moved") == before)
        #expect(try project.orchplan("plan", "--detailed-exitcode").status == 0)
    }

    /// The first change of the instances makes the service one like any other.
    private func importedChange(_ project: Project, _ engine: SwarmEngine) throws {
        try project.edit("manifests/web.yaml", "MODE: calm", "MODE: wild")
        let plan = try project.orchplan("plan")
        #expect(plan.out.contains("environment.MODE") && plan.out.contains("1 to change"), "\(plan.all)")
        let applied = try project.orchplan("apply", "--yes")
        #expect(applied.status == 0, "\(applied.all)")
        let rolled = try project.orchplan("plan", "--detailed-exitcode")
        #expect(rolled.status == 0, "\(rolled.all)")
        #expect(try engine.docker("stack", "ps", "--quiet", "moved").split(separator: "\n").count >= 4)
    }

    @Test("a stack is converted from its own file and taken over, field by field as Docker's client made it")
    func importsWhatIsConverted() throws {
        try Stack.with("turned") { project, engine in
            for path in ["orchplan.yaml", "manifests"] {
                try FileManager.default.removeItem(at: project.directory.appendingPathComponent(path))
            }
            let before = try engine.tasks(of: "turned")
            let refused = try project.orchplan("lint", "stack.yaml")
            #expect(refused.status == 1 && refused.out.contains("`orchplan convert stack.yaml`"), "\(refused.all)")
            #expect(
                refused.out.components(separatedBy: "error[").count == 2,
                "one error, not one for each key: \(refused.all)"
            )

            let converted = try project.orchplan("convert", "stack.yaml", "--project", "turned", "--running")
            try #require(converted.status == 0, "\(converted.all)")
            #expect(converted.err.isEmpty && converted.out.contains("such as turned_api"), "\(converted.all)")
            let again = try project.orchplan("convert", "stack.yaml")
            #expect(again.status == 1 && again.err.contains("orchplan.yaml, manifests/"), "\(again.all)")

            let imported = try project.orchplan("import", "--yes")
            try #require(imported.status == 0, "\(imported.all)")
            #expect(imported.out.contains("4 imported, all as declared"), "\(imported.all)")
            let plan = try project.orchplan("plan", "--detailed-exitcode")
            #expect(plan.status == 0 && plan.out.contains("No changes."), "\(plan.all)")
            #expect(try engine.tasks(of: "turned") == before)
        }
    }

    @Test("what differs is shown, becomes the changes of the next plan, and is rolled once")
    func importsWhatDiffers() throws {
        try Stack.with("differs") { project, engine in
            try project.write("manifests/objects.yaml", Stack.externals("differs", config: "content: otherwise"))
            try project.edit("manifests/web.yaml", "MODE: calm", "MODE: wild")
            try project.edit("manifests/api.yaml", "batch: 2", "batch: 1")
            let before = try engine.tasks(of: "differs")
            let imported = try project.orchplan("import", "--yes")
            try #require(imported.status == 0, "\(imported.all)")
            for words in ["\"calm\" -> \"wild\"", "differs_motd holds something else", "2 not as declared"] {
                #expect(imported.out.contains(words), "\(words) in \(imported.all)")
            }
            #expect(try engine.tasks(of: "differs") == before)

            let plan = try project.orchplan("plan")
            for words in [
                "environment.MODE", "update.batch", "configs[/etc/motd]", "it was imported with another",
                "Plan: 1 to add, 2 to change, 0 to destroy.",
            ] {
                #expect(plan.out.contains(words), "\(words) in \(plan.all)")
            }
            #expect(!plan.out.contains("service/tick will be"), "\(plan.all)")
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0, "\(applied.all)")
            let after = try engine.tasks(of: "differs")
            #expect(after.count == 4, "\(after)")
            let kept = after.filter { before.contains($0) }
            #expect(kept.count == 1 && kept[0].contains("_tick."), "one was as declared: \(before) \(after)")
            let ever = try engine.docker("service", "ps", "--quiet", "differs_web").split(separator: "\n")
            #expect(ever.count == 4, "each instance was replaced once: \(ever)")
            let empty = try project.orchplan("plan", "--detailed-exitcode")
            #expect(empty.status == 0, "\(empty.all)")
        }
    }

    @Test("an unknown address, an absent object, another's object and another name are told, and nothing is touched")
    func importRefusals() throws {
        let engine = try SwarmEngine.started()
        let project = try Project([
            "orchplan.yaml": "project: picky\ndriver: swarm\n",
            "manifests/web.yaml": SwarmEngine.service("web", "replicas: 1"),
            "manifests/once.yaml": SwarmEngine.service("once", "mode: replicatedJob", "command: ['true']"),
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(engine.socket)"
        try Project.with(project) { project in
            let unknown = try project.orchplan("import", "--yes", "service/wbe")
            #expect(unknown.status == 64 && unknown.err.contains("did you mean service/web?"), "\(unknown.all)")
            let absent = try project.orchplan("import", "--yes", "web")
            #expect(absent.status == 1 && absent.out.contains("has no service picky_web"), "\(absent.all)")
            let local = try project.orchplan("import", "--driver", "local")
            #expect(local.status == 1 && local.err.contains("nothing to import"), "\(local.all)")

            try engine.docker("service", "create", "--detach", "--name", "old-web", "orchplan/test:1")
            try engine.docker(
                "service",
                "create",
                "--detach",
                "--name",
                "picky_web",
                "--label",
                "orchplan.project=other",
                "--label",
                "orchplan.address=service/web",
                "orchplan/test:1"
            )
            try engine.docker(
                "service",
                "create",
                "--detach",
                "--mode",
                "replicated-job",
                "--name",
                "picky_once",
                "orchplan/test:1",
                "true"
            )
            defer {
                for name in ["old-web", "picky_web", "picky_once"] { _ = try? engine.docker("service", "rm", name) }
            }
            let others = try project.orchplan("import", "--yes")
            #expect(others.status == 1 && others.out.contains("orchplan project other"), "\(others.all)")
            #expect(others.out.contains("is a job"), "\(others.all)")
            let renamed = try project.orchplan("import", "--yes", "web=old-web")
            #expect(renamed.status == 1 && renamed.out.contains("write `name: old-web`"), "\(renamed.all)")

            try project.edit("manifests/web.yaml", "replicas: 1", "name: old-web")
            let named = try project.orchplan("import", "--yes", "web")
            #expect(named.status == 0 && named.out.contains("1 imported"), "\(named.all)")
            let plan = try project.orchplan("plan", "--detailed-exitcode", "--target", "web")
            #expect(plan.out.contains("service/web") && plan.status == 2, "its grace period differs: \(plan.all)")
            let applied = try project.orchplan("apply", "--yes", "--target", "web")
            #expect(applied.status == 0, "\(applied.all)")
            #expect(try engine.docker("service", "inspect", "--format", "{{.Spec.Name}}", "old-web") == "old-web")
        }
    }

    @Test("two imports at once are one; one that is killed is finished by the next")
    func importInterruptions() throws {
        try Stack.with("halves") { project, engine in
            try project.write("manifests/objects.yaml", Stack.externals("halves"))
            let before = try engine.tasks(of: "halves")
            // The second update's answer never comes: the engine has the labels, and the record knows nothing of them.
            let relay = try EngineRelay(to: engine.socket, answering: 1)
            defer { relay.close() }
            let killed = try project.orchplan.start(
                ["import", "--yes"],
                environment: ["DOCKER_HOST": "unix://\(relay.path)"]
            )
            try eventually("one is taken over without a record") { relay.isHolding }
            killed.send(SIGKILL)
            #expect(try killed.wait().status == 128 + SIGKILL)
            try eventually("both that were sent arrived") { try engine.everything(of: "halves").count == 2 }

            let first = try project.orchplan.start(["import", "--yes", "--lock-timeout", "60s"])
            let second = try project.orchplan.start(["import", "--yes", "--lock-timeout", "60s"])
            let ends = [try first.wait(), try second.wait()]
            #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.all))")
            #expect(ends.count { $0.out.contains("Nothing to import.") } == 1, "\(ends.map(\.all))")
            let plan = try project.orchplan("plan", "--detailed-exitcode")
            #expect(plan.status == 0, "\(plan.all)")
            #expect(try engine.tasks(of: "halves") == before)
            #expect(try engine.everything(of: "halves").count == 4)
        }
    }
}
