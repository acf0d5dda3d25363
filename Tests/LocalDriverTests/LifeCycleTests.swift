import Drivers
import Foundation
import LocalAgent
import LocalDriver
import ResourceModel
import Testing

@Suite("Instances of the local driver", .serialized)
struct LifeCycleTests {
    @Test("an instance runs, is seen, logs and goes with everything it started")
    func runsAndStops() async throws {
        try await LocalProject.with { project in
            let marker = "7117\(Int.random(in: 10_000...99_999))"
            // A grandchild in a session of its own is what a process group would miss.
            try await project.define("web", shell("echo hello; setsid sleep \(marker) & sleep \(marker)"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.phase == .running && $0.isHealthy }
            let found = await eventually { processes(with: marker).count >= 2 }
            #expect(found)
            let logs = await project.driver.recentLogs(instance: id, lines: 10)
            #expect(logs == ["hello"])
            try await project.stop("web", id)
            #expect(processes(with: marker).isEmpty)
            #expect(try await project.instance("web", id) == nil)
        }
    }

    @Test("a stop signal reaches the command, and a deaf one is killed after its grace")
    func stopSignals() async throws {
        try await LocalProject.with { project in
            let marker = "\(project.directory)/out"
            try FileManager.default.createDirectory(atPath: marker, withIntermediateDirectories: true)
            let polite = shell("trap 'echo bye > /out/bye; exit 0' USR1; touch /out/up; while :; do sleep 0.05; done") {
                $0.stopSignal = "SIGUSR1"
                $0.mounts = [MountSpec(type: .bind, source: "out", target: "/out")]
            }
            try await project.define("polite", polite)
            let id = try await project.start("polite")
            await eventually { FileManager.default.fileExists(atPath: "\(marker)/up") }
            try await project.stop("polite", id)
            #expect(FileManager.default.fileExists(atPath: "\(marker)/bye"))

            let deaf = shell("trap '' TERM; touch /out/deaf; while :; do sleep 0.05; done") {
                $0.stopGracePeriod = .milliseconds(400)
                $0.mounts = [MountSpec(type: .bind, source: "out", target: "/out")]
            }
            try await project.define("deaf", deaf)
            let other = try await project.start("deaf")
            await eventually { FileManager.default.fileExists(atPath: "\(marker)/deaf") }
            let began = ContinuousClock.now
            try await project.stop("deaf", other)
            let took = ContinuousClock.now - began
            #expect(took >= .milliseconds(400) && took < .seconds(9))
        }
    }

    @Test("exit codes and signals are told, jobs end, crashes are started again")
    func endings() async throws {
        try await LocalProject.with { project in
            try await project.define(
                "crash",
                shell("echo oops >&2; exit 3") { $0.restart = policy(.any, .seconds(30)) }
            )
            let crash = try await project.start("crash")
            let seen = try await project.wait("crash", crash) { $0.phase == .backoff }
            #expect(seen.exitStatus == .code(3))
            #expect(seen.message == "last output: oops")

            try await project.define("killed", shell("kill -9 $$") { $0.restart = policy(.none, .zero) })
            let killed = try await project.start("killed")
            let end = try await project.wait("killed", killed) { $0.phase == .failed }
            #expect(end.exitStatus == .signal(9))

            try await project.define("job", shell("exit 0") { $0.mode = .replicatedJob })
            let job = try await project.start("job")
            try await project.wait("job", job) { $0.phase == .completed }

            try await project.define(
                "loop",
                shell("exit 1") { $0.restart = policy(.onFailure, .milliseconds(10), attempts: 2) }
            )
            let loop = try await project.start("loop")
            let last = try await project.wait("loop", loop) { $0.phase == .failed }
            #expect(last.restarts == 2)
        }
    }

    @Test("an instance that is stopped while it starts leaves nothing behind")
    func stopsWhileStarting() async throws {
        try await LocalProject.with { project in
            let marker = "7441\(Int.random(in: 10_000...99_999))"
            try await project.define("web", shell("exec sleep \(marker)"))
            for slot in 1...12 {
                let id = try await project.start("web", slot: slot)
                try await Task.sleep(for: .milliseconds(slot * 2))
                try await project.stop("web", id)
                #expect(processes(with: marker).isEmpty)
            }
            try await Task.sleep(for: .milliseconds(100))
            #expect(processes(with: marker).isEmpty && processes(with: "exec sleep \(marker)").isEmpty)
        }
    }

    @Test("endless output without a line end neither blocks the command nor fills memory or disk")
    func floods() async throws {
        try await LocalProject.with { project in
            try await project.define(
                "flood",
                shell("head -c 60000000 /dev/zero | tr '\\0' x; echo; echo done; exec sleep 100") {
                    $0.logging = LoggingSpec()
                    $0.logging?.options = ["max-size": "1m", "max-file": "2"]
                }
            )
            let id = try await project.start("flood")
            let ended = await eventually(seconds: 40) {
                await project.driver.recentLogs(instance: id, lines: 1) == ["done"]
            }
            #expect(ended)
            let folder = AgentDirectory(project: project.directory)
            let shim = try #require(ShimStatus.read(in: folder.instance(id))?.shim.pid)
            let status = try String(contentsOfFile: "/proc/\(shim)/status", encoding: .utf8)
            let peak = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            let kilobytes = try #require(peak.split(separator: " ").dropFirst().first.flatMap { Int($0) })
            #expect(kilobytes < 60_000)
            let sizes = FileTree.names(in: folder.logs(id))
                .compactMap {
                    FileManager.default.contents(atPath: "\(folder.logs(id))/\($0)")?.count
                }
            #expect(sizes.count == 2 && sizes.allSatisfy { $0 <= 1 << 20 })
        }
    }

    @Test("an operation that is repeated does nothing twice")
    func idempotence() async throws {
        try await LocalProject.with { project in
            let marker = "7221\(Int.random(in: 10_000...99_999))"
            try await project.define("web", shell("exec sleep \(marker)"))
            let address = ResourceAddress(.service, "web")
            let action = OperationAction.startInstance(
                service: "web",
                slot: 1,
                id: "web.1.x",
                template: LocalProject.template("a")
            )
            let first = try await project.perform(action, on: address, id: "op-1")
            let second = try await project.perform(action, on: address, id: "op-1")
            #expect(!first.wasAlreadyDone && second.wasAlreadyDone)
            try await project.wait("web", "web.1.x") { $0.isHealthy }
            let found = await eventually { processes(with: marker, named: "sleep").count == 1 }
            #expect(found)
            try await project.stop("web", "web.1.x")
            try await project.stop("web", "web.1.x")
            await #expect(throws: DriverError.self) {
                try await project.perform(
                    .startInstance(service: "web", slot: 1, id: "web.1.y", template: LocalProject.template("b")),
                    on: address
                )
            }
        }
    }
}

func policy(_ condition: RestartCondition, _ delay: Duration, attempts: Int? = nil) -> RestartPolicy {
    var policy = RestartPolicy(condition: condition)
    policy.delay = delay
    policy.maxAttempts = attempts
    return policy
}

/// Processes of the machine with an argument equal to `word`.
func processes(with word: String, named name: String? = nil) -> [Int] {
    FileTree.names(in: "/proc").compactMap { Int($0) }
        .filter { pid in
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return arguments.contains(word) && (name == nil || arguments.first == name)
        }
}
