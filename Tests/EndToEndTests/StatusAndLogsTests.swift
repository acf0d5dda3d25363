import Foundation
import Testing

/// What `status` and `logs` say of real processes that crash, roll and are left by their agent.
@Suite("Status and logs of what runs", .serialized)
struct StatusAndLogsTests {
    private static func service(_ name: String, _ script: String, _ more: String = "") -> String {
        """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: \(name)}
        spec:
          image: example/\(name):1
          command: [sh, -c, '\(script)']
          \(more)
        """
    }

    private static let ticker =
        "i=0; while true; do echo \"tick $$i\"; echo \"tock $$i\" >&2; i=$$((i+1)); sleep 0.1; done"
    private static let project = "project: shop\ndriver: local\n"

    private func json(_ output: Orchplan.Output) throws -> [String: Any] {
        guard let document = try JSONSerialization.jsonObject(with: Data(output.out.utf8)) as? [String: Any] else {
            throw TestFailure("no JSON: \(output.all)")
        }
        return document
    }

    @Test("a crash loop is told in words, with the last lines and the exit; --exit-code answers scripts")
    func crashLoop() throws {
        let files = [
            "orchplan.yaml": Self.project,
            "manifests/bad.yaml": Self.service(
                "bad",
                "echo ready to fail; echo no space left >&2; exit 3",
                "restart: {condition: any, delay: 300ms}"
            ),
            "manifests/good.yaml": Self.service("good", "exec sleep 1000"),
        ]
        try Project.with(try Project(files)) { project in
            #expect(try project.orchplan("status", "--exit-code").out.contains("No services."))
            let run = try project.orchplan.start(["apply", "--yes", "--timeout", "3s"])
            try eventually("the loop is one") {
                let text = try project.orchplan("status").out
                return text.contains("crash loop: exit status 3") && text.contains("no space left")
            }
            _ = try run.wait()
            #expect(try project.orchplan("status").status == 0, "it could tell, so it is 0 without the flag")
            #expect(try project.orchplan("status", "--exit-code").status == 2)
            #expect(try project.orchplan("status", "--exit-code", "--watch").status == 64)
            let good = try project.orchplan("status", "good")
            #expect(good.out.contains("sleep 1000") || good.out.contains("did not finish"), "\(good.all)")
            let misspelt = try project.orchplan("status", "god")
            #expect(misspelt.status == 1 && misspelt.err.contains("did you mean good?"))
            let services = try json(try project.orchplan("status", "--format", "json"))["services"] as? [[String: Any]]
            let bad = services?.first { $0["name"] as? String == "bad" }
            let instance = (bad?["instances"] as? [[String: Any]])?.first
            #expect(instance?["trouble"] as? String == "crashLoop", "\(String(describing: instance))")
            #expect(instance?["exit"] as? String == "exit status 3")
            #expect((instance?["logs"] as? [String])?.contains("no space left") == true)
            let steady = services?.first { $0["name"] as? String == "good" }
            let pid = (steady?["instances"] as? [[String: Any]])?.first?["pid"] as? Int
            let command = FileManager.default.contents(atPath: "/proc/\(pid ?? 0)/cmdline") ?? Data()
            #expect(String(decoding: command, as: UTF8.self).hasPrefix("sleep"), "the pid is the command's")
        }
    }

    @Test("logs come in the order of time, from a time on, and as JSON")
    func logs() throws {
        let files = [
            "orchplan.yaml": Self.project,
            "manifests/a.yaml": Self.service("a", Self.ticker, "replicas: 2"),
            "manifests/job.yaml": Self.service("job", "echo done it", "mode: replicatedJob"),
        ]
        try Project.with(try Project(files)) { project in
            let applied = try project.orchplan("apply", "--yes")
            #expect(applied.status == 0, "\(applied.all)")
            try eventually("it ticks") { try project.orchplan("logs", "a.2").out.contains("tick 9") }
            let text = try project.orchplan("logs", "--timestamps").out.split(separator: "\n").map(String.init)
            let times = text.compactMap { line in line.split(separator: " ").first { $0.hasPrefix("20") } }
            #expect(times.count == text.count && times == times.sorted())
            #expect(Set(text.compactMap { $0.split(separator: " ").first }) == ["a.1", "a.2", "job.1"])
            #expect(text.contains { $0.contains("job.1 │") && $0.hasSuffix("done it") }, "an ended one's log is there")
            #expect(text.contains { $0.contains("┃") && $0.contains("tock") }, "standard error is told apart")
            let lines = try project.orchplan("logs", "--format", "json", "--tail", "all", "a.1").out
                .split(separator: "\n")
                .compactMap {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
                }
            #expect(lines.first?["formatVersion"] as? String == "1.0")
            let ticks = lines.filter { $0["stream"] as? String == "stdout" }
            #expect(ticks.first?["text"] as? String == "tick 0")
            let fifth = ticks.dropFirst(5).first?["time"] as? String ?? ""
            let since = try project.orchplan("logs", "--since", fifth, "a.1").out
            #expect(since.contains("tick 5") && !since.contains("tick 4\n"), "\(since)")
            #expect(try project.orchplan("logs", "--tail", "2", "a").out.split(separator: "\n").count == 4)
            #expect(try project.orchplan("logs", "--since", "soon").status == 64)
            #expect(try project.orchplan("status", "job").out.contains("1 of 1 done"))
            let job = try project.orchplan("logs", "--follow", "job", timeout: .seconds(20))
            #expect(
                job.status == 0 && job.out.contains("done it"),
                "following what has ended for good ends: \(job.all)"
            )
        }
    }

    @Test("a follower loses no line when the agent is killed, and instances that come later join in")
    func following() throws {
        let files = [
            "orchplan.yaml": Self.project,
            "manifests/a.yaml": Self.service("a", Self.ticker, "replicas: 1"),
        ]
        try Project.with(try Project(files)) { project in
            #expect(try project.orchplan("apply", "--yes").status == 0)
            let logs = try project.orchplan.start(["logs", "--follow", "--tail", "all", "--format", "json"])
            let watch = try project.orchplan.start(["status", "--watch"])
            try eventually("it follows") { logs.soFar.contains("tick 5") && watch.soFar.contains("healthy") }
            kill(try project.agentPID(), SIGKILL)
            try eventually("both say so") {
                logs.soFar.contains("the agent is gone") && watch.soFar.contains("the agent is gone")
            }
            #expect(try project.orchplan("status").status == 0)
            try eventually("it goes on") { logs.soFar.contains("adopted") && logs.soFar.contains("tick 60") }
            try project.edit("manifests/a.yaml", "replicas: 1", "replicas: 2")
            #expect(try project.orchplan("apply", "--yes").status == 0)
            try eventually("the second joins") { logs.soFar.contains("\"slot\":2,\"stream\"") }
            #expect(logs.soFar.contains("started"))
            try eventually("the watch tells") { watch.soFar.contains("2/2") }
            #expect(try project.orchplan("destroy", "--yes").status == 0)
            let output = try logs.wait(timeout: .seconds(30))
            #expect(output.status == 0, "\(output.err)")
            let ticks = output.out.split(separator: "\n").filter { $0.contains("\"slot\":1,\"stream\":\"stdout\"") }
                .compactMap { $0.split(separator: "tick ").last?.split(separator: "\"").first.flatMap { Int($0) } }
            #expect(ticks == Array(0..<ticks.count), "every line once and in order")
            try eventually("the watch says that it is gone") { watch.soFar.contains("gone") }
            watch.send(SIGINT)
            #expect(try watch.wait(timeout: .seconds(20)).status == 130)
        }
    }
}
