import Foundation
import Testing

/// Services of a real swarm that follow their load.
@Suite("Services of a swarm follow their load", .serialized, SwarmEngine.isWanted)
struct SwarmScalingTests {
    /// Busy for as long as there is a file `on` in the volume.
    private static let loop =
        "while :; do if [ -e /load/on ]; then i=0; while [ $$i -lt 5000 ]; do i=$$((i+1)); done; else sleep 1; fi; done"

    private static let manifests =
        """
        apiVersion: orchplan/v1
        kind: Volume
        metadata: {name: load}

        """
        + SwarmEngine.service(
            "busy",
            "command: [sh, -c, '\(loop)']",
            "environment: {RELEASE: '1'}",
            "mounts: ['load:/load']",
            // So little that a machine which is busy with other things is enough.
            "scale: {min: 1, max: 3, metric: cpu, target: '5%', window: 5s}",
            "update: {batch: 3, monitor: 100ms}"
        )
        + SwarmEngine.service(
            "queue",
            "scale: {min: 1, max: 5, metric: command, command: [cat, depth.txt], target: '10', window: 3s}",
            "update: {batch: 3, monitor: 100ms}"
        )

    private static func count(_ service: String, _ engine: SwarmEngine) throws -> Int? {
        Int(try engine.spec("load_\(service)", "{{.Spec.Mode.Replicated.Replicas}}"))
    }

    /// Runs a command in an instance of the busy service.
    private static func inside(_ engine: SwarmEngine, _ command: String...) throws {
        try eventually("it can be entered", within: .seconds(60)) {
            let ids = try engine.docker("ps", "--quiet", "--filter", "name=load_busy").split(separator: "\n")
            guard let id = ids.first else { return false }
            let result = try SwarmEngine.run(
                ["docker", "exec", String(id)] + command,
                environment: ["DOCKER_HOST": "unix://\(engine.socket)"]
            )
            return result.status == 0
        }
    }

    @Test("up under load, down after the window, not without a number, and kept by a deploy")
    func scales() throws {
        let engine = try SwarmEngine.started()
        let project = try Project([
            "orchplan.yaml": "project: load\ndriver: swarm\n", "depth.txt": "1", "manifests/all.yaml": Self.manifests,
        ])
        project.orchplan.environment["DOCKER_HOST"] = "unix://\(engine.socket)"
        try Project.with(project) { project in
            let applied = try project.orchplan("apply", "--yes")
            try #require(applied.status == 0, "\(applied.all)")
            try SwarmLoop.with(project, "--sync", "--interval", "1s", "--listen", "127.0.0.1:0") { loop in
                try followsCommand(project, engine, loop)
                try followsProcessor(project, engine)
            }
            let history = try project.orchplan("history", "--format", "json").out
            #expect(history.contains("value 30, target 10") && history.contains("cpu "), "\(history)")
            let diff = try project.orchplan("diff")
            #expect(diff.status == 0, "\(diff.all)")
        }
    }

    private func followsCommand(_ project: Project, _ engine: SwarmEngine, _ loop: SwarmLoop) throws {
        try project.write("depth.txt", "30")
        try eventually("the queue has more instances", within: .seconds(60)) { try Self.count("queue", engine) == 3 }
        // No number is no reason to go down, however long it lasts.
        try FileManager.default.removeItem(at: project.directory.appendingPathComponent("depth.txt"))
        try eventually("the missing number is said", within: .seconds(60)) {
            loop.events("scale.held").contains { $0.contains("service/queue") && $0.contains("no number") }
        }
        let rounds = try #require(loop.figure("orchplan_reconcile_rounds_total"))
        try eventually("it has looked on for longer than the window", within: .seconds(60)) {
            (loop.figure("orchplan_reconcile_rounds_total") ?? 0) >= rounds + 6
        }
        #expect(try Self.count("queue", engine) == 3)
        try project.write("depth.txt", "1")
        try eventually("the queue has one instance", within: .seconds(60)) { try Self.count("queue", engine) == 1 }
    }

    private func followsProcessor(_ project: Project, _ engine: SwarmEngine) throws {
        try Self.inside(engine, "touch", "/load/on")
        try eventually("the load is shared by three", within: .seconds(90)) { try Self.count("busy", engine) == 3 }
        try project.edit("manifests/all.yaml", "RELEASE: '1'", "RELEASE: '2'")
        try eventually("the deploy is through", within: .seconds(90)) {
            try engine.spec("load_busy", "{{.Spec.TaskTemplate.ContainerSpec.Env}}") == "[RELEASE=2]"
        }
        #expect(try Self.count("busy", engine) == 3, "a deploy keeps the count")
        try Self.inside(engine, "rm", "-f", "/load/on")
        try eventually("without load one is enough", within: .seconds(120)) { try Self.count("busy", engine) == 1 }
    }
}
