import Foundation
import Testing

/// `orchplan reconcile` on a real Docker Engine, while colleagues work on it by hand.
@Suite("The reconcile loop looks after a swarm", .serialized, SwarmEngine.isWanted)
struct SwarmLoopTests {
    private static let manifests =
        Manifest.of("Network", "front") + Manifest.of("Network", "spare") + Manifest.of("Volume", "store")
        + Manifest.of("Secret", "token", "{file: ../token.txt}") + Manifest.of("Secret", "key", "{file: ../token.txt}")
        + Manifest.of("Config", "motd", "{content: hello}")
        + SwarmEngine.service(
            "web",
            "replicas: 2",
            "networks: [front]",
            "secrets: [token]",
            "environment: {MODE: good}",
            "update: {batch: 2, monitor: 100ms}"
        )
        + SwarmEngine.service("tick", "update: {monitor: 100ms}")

    private static func with(_ name: String, _ body: (Project, SwarmEngine) throws -> Void) throws {
        let engine = try SwarmEngine.started()
        let project = try Project([
            "orchplan.yaml": "project: \(name)\ndriver: swarm\n", "token.txt": "hunter2",
            "manifests/all.yaml": manifests,
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(engine.socket)"
        try Project.with(project) { project in
            let applied = try project.orchplan("apply", "--yes")
            try #require(applied.status == 0, "\(applied.all)")
            try body(project, engine)
        }
    }

    @Test("what somebody does by hand is put right, whatever it is, without waiting for the next look at intervals")
    func repairs() throws {
        try Self.with("kept") { project, engine in
            // So seldom that only what the engine tells, and the driver's own looks, can be what makes it look.
            try SwarmLoop.with(project, "--repair", "--interval", "10m") { loop in
                try services(engine, loop)
                try objects(engine, loop)
                #expect(loop.count("step.failed") == 0)
            }
            #expect(try project.orchplan("plan", "--detailed-exitcode").status == 0)
        }
    }

    private func services(_ engine: SwarmEngine, _ loop: SwarmLoop) throws {
        try loop.putsRight("the number of instances") {
            try engine.docker("service", "scale", "--detach", "kept_web=5")
        } when: {
            try engine.spec("kept_web", "{{.Spec.Mode.Replicated.Replicas}}") == "2"
        }
        try loop.putsRight("the image") {
            try engine.docker(
                "service",
                "update",
                "--detach",
                "--no-resolve-image",
                "--image",
                "orchplan/test:2",
                "kept_web"
            )
        } when: {
            try engine.spec("kept_web", "{{.Spec.TaskTemplate.ContainerSpec.Image}}") == "orchplan/test:1"
        }
        try loop.putsRight("the environment") {
            try engine.docker("service", "update", "--detach", "--env-add", "MODE=bad", "kept_web")
        } when: {
            try engine.spec("kept_web", "{{.Spec.TaskTemplate.ContainerSpec.Env}}") == "[MODE=good]"
        }
        // Nothing but the definition itself shows it.
        try loop.putsRight("a label") {
            try engine.docker("service", "update", "--detach", "--label-add", "noise=1", "kept_tick")
        } when: {
            try engine.spec("kept_tick", "{{.Spec.Labels}}").contains("noise") == false
        }
        try loop.putsRight("a service that was removed") {
            try engine.docker("service", "rm", "kept_tick")
        } when: {
            try engine.names("service").contains("kept_tick")
        }
    }

    private func objects(_ engine: SwarmEngine, _ loop: SwarmLoop) throws {
        for (kind, name) in [("secret", "kept_key"), ("config", "kept_motd"), ("network", "kept_spare")] {
            let full = try #require(try engine.names(kind).first { $0.hasPrefix(name) })
            let id = try engine.docker(kind, "inspect", "--format", "{{.ID}}", full)
            try loop.putsRight("a \(kind) that was removed") {
                try engine.docker(kind, "rm", full)
            } when: {
                try engine.names(kind).contains(full)
                    && (try engine.docker(kind, "inspect", "--format", "{{.ID}}", full)) != id
            }
        }
        try loop.putsRight("a volume that was removed") {
            try engine.docker("volume", "rm", "kept_store")
        } when: {
            try engine.names("volume").contains("kept_store")
        }
        let token = try #require(try engine.names("secret").first { $0.hasPrefix("kept_token") })
        try loop.putsRight("a service that was removed with its secret") {
            try engine.docker("service", "rm", "kept_web")
            try engine.docker("secret", "rm", token)
        } when: {
            try engine.names("secret").contains(token) && engine.names("service").contains("kept_web")
        }
    }

    @Test("without --repair it says what is not as it was applied, once, and writes nothing")
    func reports() throws {
        try Self.with("told") { project, engine in
            let format = "{{range $key, $value := .Labels}}--label={{$key}}={{$value}} {{end}}"
            let labels = try engine.docker("network", "inspect", "--format", format, "told_spare")
            try SwarmLoop.with(project, "--interval", "1s", "--listen", "127.0.0.1:0") { loop in
                try engine.docker("service", "update", "--detach", "--env-add", "MODE=bad", "told_web")
                let spare = try #require(try engine.names("network").first { $0.hasPrefix("told_spare") })
                try engine.docker("network", "rm", spare)
                let spec = try engine.spec("told_web", "{{json .Spec}}")
                try eventually("both are said", within: .seconds(60)) {
                    let told = loop.events("drift.found")
                    return told.contains { $0.contains("service/web") && $0.contains("environment.MODE") }
                        && told.contains { $0.contains("network/spare") }
                }
                // A network is listed for some seconds after it was removed.
                let left = try engine.everything(of: "told").filter { !$0.hasPrefix("service") }
                let rounds = try #require(loop.figure("orchplan_reconcile_rounds_total"))
                try eventually("it has looked five times more", within: .seconds(60)) {
                    (loop.figure("orchplan_reconcile_rounds_total") ?? 0) >= rounds + 5
                }
                let edits = loop.events("drift.found").filter { $0.contains("environment.MODE") }
                #expect(edits.count == 1, "\(edits)")
                #expect(loop.events("drift.found").filter { $0.contains("network/spare") }.count == 1)
                #expect(try engine.everything(of: "told").filter { !$0.hasPrefix("service") } == left)
                #expect(try engine.spec("told_web", "{{json .Spec}}") == spec)
            }
            try stranger(project, engine, labels.split(separator: " ").map(String.init))
        }
    }
}

extension SwarmLoopTests {
    /// What somebody puts in the place of an object is left alone, and named.
    private func stranger(_ project: Project, _ engine: SwarmEngine, _ labels: [String]) throws {
        try eventually("the name is free", within: .seconds(30)) {
            (try? engine.docker("network", "create", "--driver", "overlay", "--attachable", "told_spare")) != nil
        }
        let plan = try project.orchplan("plan")
        #expect(plan.all.contains("network/spare") && plan.all.contains("does not have it"), "\(plan.all)")
        let refused = try project.orchplan("apply", "--yes", "--target", "network/spare")
        #expect(refused.status == 1, "\(refused.all)")
        #expect(refused.all.contains("a network told_spare that this project does not own"), "\(refused.all)")
        #expect(try engine.docker("network", "inspect", "--format", "{{.Attachable}}", "told_spare") == "true")
        try engine.docker("network", "rm", "told_spare")
        // With the labels of the one that was there it is ours, and still another.
        try eventually("the name is free again", within: .seconds(30)) {
            let words = ["docker", "network", "create", "--driver", "overlay", "--internal"] + labels + ["told_spare"]
            return try SwarmEngine.run(words, environment: ["DOCKER_HOST": "unix://\(engine.socket)"]).status == 0
        }
        let drift = try project.orchplan("plan")
        #expect(drift.all.contains("put another one with its labels in its place, with other internal"), "\(drift.all)")
    }
}

extension SwarmEngine {
    /// A service as the engine has it, in a template of Docker's client.
    func spec(_ service: String, _ template: String) throws -> String {
        (try? docker("service", "inspect", "--format", template, service)) ?? ""
    }

    /// The names of all objects of a kind.
    func names(_ kind: String) throws -> [String] {
        try docker(kind, "ls", "--format", "{{.Name}}").split(separator: "\n").map(String.init)
    }
}
