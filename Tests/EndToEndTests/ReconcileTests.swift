import Foundation
import Testing

/// A loop on real processes: what breaks is put right, what changes is rolled, what is broken or gone is left alone.
@Suite("The reconcile loop looks after a real system", .serialized)
struct ReconcileTests {
    private static let manifest = """
        apiVersion: orchplan/v1
        kind: Service
        metadata:
          name: web
        spec:
          replicas: 2
          command: [sh, -c, "mkdir /tmp/site && echo version-$$VERSION > /tmp/site/index.html && exec python3 -m http.server -d /tmp/site $$PORT"]
          environment: {VERSION: "1"}
          ports: [{name: http, target: 8000, published: PUBLISHED}]
          healthcheck: {http: {port: http, path: /}, interval: 500ms, timeout: 2s}
          update: {monitor: 500ms, onFailure: rollback, order: startFirst}
          restart: {delay: 100ms}
        """

    private func project() throws -> Project {
        let project = try Project()
        try project.write(
            "manifests/web.yaml",
            Self.manifest.replacingOccurrences(of: "PUBLISHED", with: "\(project.port)")
        )
        return project
    }

    /// Runs a test's body on a project of its own; no loop outlives it.
    private func withProject(_ body: (Project, Loops) throws -> Void) throws {
        let loops = Loops()
        try Project.with(try project()) { project in
            defer { loops.end() }
            try body(project, loops)
        }
    }

    /// Starts a loop and waits until it has seen everything as declared.
    private func start(_ loops: Loops, _ project: Project, _ arguments: String...) throws -> RunningProcess {
        let loop = try project.orchplan.start(["reconcile", "--log-format", "json"] + arguments)
        loops.all.append(loop)
        try eventually("the loop sees everything as declared:\n\(loop.soFar)", within: .seconds(60)) {
            loop.soFar.contains("\"event\":\"converged\"")
        }
        return loop
    }

    private func status(_ project: Project) throws -> (desired: Int, healthy: Int, instances: [String]) {
        let output = try project.orchplan("status", "--format", "json").out
        let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        let service = (json?["services"] as? [[String: Any]])?.first { $0["name"] as? String == "web" }
        let instances = (service?["instances"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        return (service?["desired"] as? Int ?? 0, service?["healthy"] as? Int ?? 0, instances.sorted())
    }

    private func expect(_ project: Project, healthy: Int, within limit: Duration = .seconds(40)) throws {
        try eventually("\(healthy) healthy instances", within: limit) {
            let now = try status(project)
            return now.healthy == healthy && now.desired == healthy && now.instances.count == healthy
        }
    }

    private func end(_ loop: RunningProcess) throws {
        loop.send(SIGINT)
        let output = try loop.wait(timeout: .seconds(30))
        #expect(output.status == 0, "\(output.err.suffix(600))")
        for line in output.err.split(separator: "\n") {
            let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(event?["time"] is String && event?["level"] is String && event?["event"] is String, "\(line)")
        }
    }

    @Test("killed and stopped instances come back, edits roll, broken and emptied manifests change nothing")
    func looksAfter() throws {
        try withProject { project, loops in
            // So seldom that only events can be what makes it look.
            var loop = try start(loops, project, "--repair", "--sync", "--interval", "10m", "--listen", "127.0.0.1:0")
            try metricsAreServed(loop)
            let second = try project.orchplan("reconcile", "--sync")
            #expect(second.status == 4 && second.err.contains("another reconcile"), "\(second.all)")
            try instancesComeBack(project)
            try editsRoll(project)

            loop.send(SIGKILL)
            _ = try loop.wait()
            loop = try start(loops, project, "--repair", "--sync", "--interval", "2s")
            try instancesComeBack(project)
            try badRolloutIsHeld(project, loop)
            try brokenAndEmptied(project, loop)
            try end(loop)
        }
    }

    private func metricsAreServed(_ loop: RunningProcess) throws {
        let address = try #require(loop.soFar.firstMatch(of: #/http://(127\.0\.0\.1:[0-9]+)/metrics/#)).1
        let health = HTTP.get("http://\(address)/healthz")
        #expect(health?.status == 200, "\(health?.body ?? "no answer")")
        let metrics = HTTP.get("http://\(address)/metrics")?.body ?? ""
        #expect(metrics.contains("orchplan_service_instances_healthy{service=\"web\"} 2"), "\(metrics)")
    }

    private func instancesComeBack(_ project: Project) throws {
        try expect(project, healthy: 2)
        // The whole sandbox of one dies; the other is stopped behind the loop's back.
        let before = try status(project).instances
        let victim = try #require(before.first)
        let record = try project.read(".orchplan/local/instances/\(victim)/status.json")
        let runs = try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any]
        kill(try #require((runs?["sandbox"] as? [String: Any])?["pid"] as? Int32), SIGKILL)
        let other = try #require(before.last)
        try stop(other, project)
        try eventually("\(other) is replaced", within: .seconds(40)) {
            let now = try status(project)
            return now.healthy == 2 && !now.instances.contains(other)
        }
    }

    /// Stops an instance through the agent, as a stranger would.
    private func stop(_ instance: String, _ project: Project) throws {
        let name = project.directory.lastPathComponent
        let labels = """
            {"project":"\(name)","address":"service/web","fingerprint":"\(String(repeating: "0", count: 64))",\
            "operation":"stranger"}
            """
        let body = """
            {"id":"stranger-\(UUID().uuidString)","labels":\(labels),"action":"stopInstance","name":"web",\
            "instance":"\(instance)"}
            """
        let words = [
            "curl", "-sf", "-m", "20", "--unix-socket", ".orchplan/local/agent.sock", "-d", body,
            "http://agent/v1/operations",
        ]
        let path = ["PATH": "/usr/bin"]
        let curl = try RunningProcess(words, directory: project.directory, environment: path, input: nil).wait()
        #expect(curl.status == 0)
    }

    private func editsRoll(_ project: Project) throws {
        try project.edit("manifests/web.yaml", "VERSION: \"1\"", "VERSION: \"2\"")
        try eventually("version 2 answers", within: .seconds(40)) {
            HTTP.get("http://127.0.0.1:\(project.port)/")?.body.contains("version-2") == true
        }
        try expect(project, healthy: 2)
        try eventually("the change is on record", within: .seconds(40)) { try project.orchplan("diff").status == 0 }
    }

    private func badRolloutIsHeld(_ project: Project, _ loop: RunningProcess) throws {
        let good = try project.read("manifests/web.yaml")
        try project.edit("manifests/web.yaml", "exec python3", "exec false python3")
        try eventually("the bad version is held back", within: .seconds(60)) {
            loop.soFar.contains("\"event\":\"change.held\"")
        }
        try expect(project, healthy: 2)
        let revisions = try project.orchplan("history").out.split(separator: "\n").count
        usleep(5_000_000)
        #expect(try project.orchplan("history").out.split(separator: "\n").count == revisions, "it is not tried again")
        try project.write("manifests/web.yaml", good)
    }

    private func brokenAndEmptied(_ project: Project, _ loop: RunningProcess) throws {
        let good = try project.read("manifests/web.yaml")
        try project.write("manifests/web.yaml", good + "\n  extra: [\n")
        try eventually("the mistake is said") { loop.soFar.contains("list is not closed") }
        usleep(4_500_000)
        #expect(loop.soFar.components(separatedBy: "\"event\":\"manifests.broken\"").count == 2, "said once")
        try FileManager.default.removeItem(at: project.directory.appendingPathComponent("manifests"))
        try eventually("the missing folder is said") { loop.soFar.contains("does not exist") }
        usleep(2_500_000)
        try expect(project, healthy: 2)
        try project.write("manifests/web.yaml", good.replacingOccurrences(of: "replicas: 2", with: "replicas: 3"))
        try expect(project, healthy: 3)
    }

    @Test("connections scale a service up at once, and down after the window")
    func scales() throws {
        try withProject { project, loops in
            try project.edit(
                "manifests/web.yaml",
                "replicas: 2",
                "scale: {min: 1, max: 3, metric: connections, target: \"4\", window: 8s}"
            )
            let loop = try start(loops, project, "--sync", "--interval", "1s")
            try expect(project, healthy: 1)
            let script = """
                import socket, time
                held = [socket.create_connection(("127.0.0.1", \(project.port))) for _ in range(11)]
                time.sleep(600)
                """
            let words = ["python3", "-c", script]
            let path = ["PATH": "/usr/bin"]
            let load = try RunningProcess(words, directory: project.directory, environment: path, input: nil)
            defer { load.send(SIGKILL) }
            try expect(project, healthy: 3)
            load.send(SIGKILL)
            _ = try load.wait()
            let began = ContinuousClock.now
            try expect(project, healthy: 1, within: .seconds(60))
            #expect(ContinuousClock.now - began > .seconds(6), "not before the window")
            let history = try project.orchplan("history", "--format", "json").out
            #expect(history.contains("connections 11, target 4"), "\(history)")
            #expect(try project.orchplan("diff").status == 0)
            try end(loop)
        }
    }

    @Test("a loop that is killed leaves no command of a scale policy behind")
    func killedWhileMeasuring() throws {
        try withProject { project, loops in
            try project.edit(
                "manifests/web.yaml",
                "replicas: 2",
                """
                scale:
                    min: 1
                    max: 3
                    metric: command
                    target: "4"
                    command: [sh, -c, 'sleep 300 & echo $$$$ $$! > pids; wait']
                """
            )
            let loop = try project.orchplan.start(["reconcile", "--sync", "--interval", "1s", "--log-format", "json"])
            loops.all.append(loop)
            var processes: [Int32] = []
            try eventually("the command runs:\n\(loop.soFar)", within: .seconds(60)) {
                processes = ((try? project.read("pids")) ?? "").split(whereSeparator: \.isWhitespace)
                    .compactMap { Int32($0) }
                return processes.count == 2
            }
            #expect(processes.allSatisfy(isAlive))
            loop.send(SIGKILL)
            _ = try loop.wait()
            try eventually("the command and its child are gone", within: .seconds(5)) {
                !processes.contains(where: isAlive)
            }
        }
    }

    /// Whether a process has a command line, as one that has ended and was not waited for has none.
    private func isAlive(_ process: Int32) -> Bool {
        !(FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()).isEmpty
    }
}

/// The loops that a test started.
private final class Loops {
    var all: [RunningProcess] = []

    func end() {
        for loop in all where loop.isRunning { loop.send(SIGKILL) }
    }
}
