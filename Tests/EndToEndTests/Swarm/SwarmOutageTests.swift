import Foundation
import Testing

/// The built binary while the swarm goes away, comes back, elects another leader, or is another one.
@Suite("A swarm that goes and comes", .serialized, SwarmEngine.isWanted)
struct SwarmOutageTests {
    private static func project(_ name: String, _ socket: String, _ services: String) throws -> Project {
        let project = try Project([
            "orchplan.yaml": "project: \(name)\ndriver: swarm\n", "manifests/all.yaml": services,
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(socket)"
        return project
    }

    @Test("a loop outlives a restart of the engine; a swarm that was made anew is not filled by mistake")
    func restartAndRenewal() throws {
        let engine = try SwarmEngine.own("r")
        defer { engine.end() }
        let web = SwarmEngine.service("web", "replicas: 2", "update: {monitor: 100ms}")
        try Project.with(try Self.project("through", engine.socket, web)) { project in
            let applied = try project.orchplan("apply", "--yes")
            try #require(applied.status == 0, "\(applied.all)")
            try SwarmLoop.with(project, "--repair", "--interval", "10m") { loop in
                try engine.powerCut()
                try engine.boot()
                try loop.putsRight("an edit after the restart") {
                    try eventually("the swarm is there", within: .seconds(60)) {
                        (try? engine.docker("service", "scale", "--detach", "through_web=4")) != nil
                    }
                } when: {
                    try engine.spec("through_web", "{{.Spec.Mode.Replicated.Replicas}}") == "2"
                }
            }
            try startsFirst(project, engine)
            try renewal(project, engine)
        }
    }

    /// A loop that is started before the engine, as at a boot, waits for it.
    private func startsFirst(_ project: Project, _ engine: SwarmEngine) throws {
        try engine.powerCut()
        let loop = try project.orchplan.start([
            "reconcile", "--repair", "--interval", "10m", "--log-format", "json",
        ])
        defer { if loop.isRunning { loop.send(SIGKILL) } }
        try eventually("it says that nobody answers", within: .seconds(60)) { loop.soFar.contains("round.failed") }
        try engine.boot()
        try eventually("it goes on as soon as it is answered", within: .seconds(90)) {
            loop.soFar.contains("\"event\":\"converged\"")
        }
        loop.send(SIGINT)
        let ended = try loop.wait(timeout: .seconds(60))
        #expect(ended.status == 0, "\(ended.all)")
    }

    private func renewal(_ project: Project, _ engine: SwarmEngine) throws {
        try project.edit("manifests/all.yaml", "replicas: 2", "replicas: 3")
        let saved = try project.orchplan("plan", "--out", "saved.plan")
        #expect(saved.status == 0, "\(saved.all)")
        try engine.docker("swarm", "leave", "--force")
        try engine.docker("swarm", "init", "--advertise-addr", "eth0")
        for arguments in [
            ["plan"], ["diff"], ["status"], ["apply", "--yes"], ["apply", "saved.plan"], ["destroy", "--yes"],
            ["reconcile", "--repair", "--once"], ["reconcile"], ["logs"],
            ["import", "--dry-run"],
        ] {
            let refused = try project.orchplan.start(arguments).wait()
            #expect(refused.status == (arguments == ["diff"] ? 2 : 1), "\(arguments): \(refused.all)")
            #expect(refused.err.contains("another cluster"), "\(arguments): \(refused.all)")
            #expect(refused.err.contains("--take-over"), "\(arguments): \(refused.all)")
        }
        #expect(try engine.everything(of: "through") == [], "nothing was made")
        let taken = try project.orchplan("apply", "--yes", "--take-over")
        #expect(taken.status == 0, "\(taken.all)")
        let again = try project.orchplan("plan", "--detailed-exitcode")
        #expect(again.status == 0, "\(again.all)")
        #expect(try engine.spec("through_web", "{{.Spec.Mode.Replicated.Replicas}}") == "3")
    }

    @Test("a loop outlives a change of the leader, and never takes a load that it cannot see for none")
    func managers() throws {
        let swarm = try PrivateSwarm.start(nodes: 3, name: "m")
        defer { swarm.stop() }
        try swarm.engine.docker("node", "promote", "n2", "n3")
        let second = swarm.node("n2")
        let services =
            SwarmEngine.service(
                "far",
                "replicas: 2",
                "placement: {constraints: [node.hostname == n3]}",
                "scale: {min: 1, max: 4, metric: memory, target: 1GiB, window: 1s}",
                "update: {monitor: 100ms}"
            )
            + SwarmEngine.service(
                "near",
                "replicas: 1",
                "placement: {constraints: [node.hostname == n2]}",
                "update: {monitor: 100ms}"
            )
        try Project.with(try Self.project("quorum", second.socket, services)) { project in
            try eventually("every manager can be asked", within: .seconds(60)) {
                let managers = try? second.docker("node", "ls", "--format", "{{.ManagerStatus}}")
                return managers?.split(separator: "\n").count == 3
            }
            let applied = try project.orchplan("apply", "--yes")
            try #require(applied.status == 0, "\(applied.all)")
            try SwarmLoop.with(project, "--repair", "--interval", "1s", "--listen", "127.0.0.1:0") { loop in
                try eventually("it says whose load it cannot see", within: .seconds(60)) {
                    loop.events("scale.held").contains { $0.contains("it runs on n3") }
                }
                let rounds = try #require(loop.figure("orchplan_reconcile_rounds_total"))
                try eventually("it has looked on for longer than the window", within: .seconds(60)) {
                    (loop.figure("orchplan_reconcile_rounds_total") ?? 0) >= rounds + 5
                }
                #expect(loop.events("scale.held").count { $0.contains("it runs on n3") } == 1, "said once")
                #expect(try second.spec("quorum_far", "{{.Spec.Mode.Replicated.Replicas}}") == "2")

                try swarm.run("kill", "n1")
                try loop.putsRight("an edit after the leader has gone") {
                    try eventually("another manager leads", within: .seconds(90)) {
                        (try? second.docker("service", "scale", "--detach", "quorum_near=3")) != nil
                    }
                } when: {
                    try second.spec("quorum_near", "{{.Spec.Mode.Replicated.Replicas}}") == "1"
                }
                #expect(try second.spec("quorum_far", "{{.Spec.Mode.Replicated.Replicas}}") == "2")
            }
        }
    }
}
