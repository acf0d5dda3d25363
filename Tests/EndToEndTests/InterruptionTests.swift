import Foundation
import Testing

/// Applies whose agent falls silent, and those that are killed before they did anything.
@Suite("What is interrupted is not taken for done", .serialized)
struct InterruptionTests {
    private static func files(_ command: String) -> [String: String] {
        [
            "orchplan.yaml": "project: silent\n",
            "pub/.keep": "",
            "manifests/w.yaml": """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: w}
            spec:
              command: [sh, -c, '\(command)']
              mounts: ["../pub:/pub"]
              restart: {condition: none}
              update: {monitor: 5s, onFailure: rollback}
            """,
        ]
    }

    private static let good = "exec sleep 100000"
    /// Ends when the test says so.
    private static let mortal = "until [ -e /pub/die ]; do sleep 0.1; done; exit 1"

    /// Applies what dies, suspends the agent while it is watched, lets it die, and says how the apply ended.
    private func applied(_ project: Project, timeout: String, wakesAfter pause: Duration?) throws -> Orchplan.Output {
        let apply = try project.orchplan.start(["apply", "--yes", "--progress", "plain", "--timeout", timeout])
        try eventually("it is watched", within: .seconds(60)) { apply.soFar.contains("watching") }
        let agent = try project.agentPID()
        kill(agent, SIGSTOP)
        defer { kill(agent, SIGCONT) }
        try project.write("pub/die", "")
        if let pause {
            // The time in which it is to be watched passes, and nobody tells anything.
            usleep(UInt32(pause / .microseconds(1)))
            #expect(apply.isRunning, "\(apply.soFar)")
            kill(agent, SIGCONT)
        }
        return try apply.wait()
    }

    @Test("an agent that is suspended while an update is watched: timed out, or rolled back once it is awake")
    func suspended() throws {
        try Project.with(try Project(Self.files(Self.good))) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try project.edit("manifests/w.yaml", Self.good, Self.mortal)
            let silent = try applied(project, timeout: "7s", wakesAfter: nil)
            #expect(silent.status == 6 && silent.all.contains("suspended"), "\(silent.all)")
            #expect(try project.orchplan("history").out.contains("timed out"))

            try FileManager.default.removeItem(at: project.directory.appendingPathComponent("pub/die"))
            try project.edit("manifests/w.yaml", Self.mortal, Self.good)
            let back = try project.orchplan("apply", "--yes")
            #expect(back.status == 0, "\(back.all)")
            try project.edit("manifests/w.yaml", Self.good, Self.mortal)
            let woken = try applied(project, timeout: "1m", wakesAfter: .seconds(7))
            #expect(woken.status == 5, "\(woken.all)")
            let status = try project.orchplan("status", "--exit-code")
            #expect(status.status == 0, "\(status.all)")
        }
    }

    @Test("a destroy that is killed at its beginning: the next apply leaves nothing interrupted, whatever was done")
    func killedDestroy() throws {
        try Project.with(try Project(Self.files(Self.good))) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            for _ in 0..<3 {
                let destroy = try project.orchplan.start(["destroy", "--yes", "--progress", "ndjson"])
                try eventually("it has begun") { destroy.soFar.contains("applyStarted") || !destroy.isRunning }
                destroy.send(SIGKILL)
                _ = try destroy.wait()
                let killed = try project.orchplan("status")
                let isUnfinished = killed.out.contains("Interrupted:")
                #expect(!isUnfinished || killed.out.contains("the destroy of revision"), "\(killed.all)")
                let applied = try project.orchplan("apply", "--yes")
                #expect(applied.status == 0, "\(applied.all)")
                let status = try project.orchplan("status", "--exit-code")
                #expect(status.status == 0 && !status.out.contains("Interrupted"), "\(applied.all)\(status.all)")
                #expect(try project.orchplan("state", "verify").status == 0)
            }
        }
    }
}
