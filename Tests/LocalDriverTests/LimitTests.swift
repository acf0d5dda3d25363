import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

/// On real processes; what this machine cannot hold is left to `LimitPlanTests`.
@Suite("Limits of the local driver", .serialized)
struct LimitTests {
    private static let held = Set(CgroupHierarchy.usable().flatMap(\.controllers))

    private static func limits(_ change: (inout ResourceLimits) -> Void) -> ResourceRequirements {
        var requirements = ResourceRequirements()
        var limits = ResourceLimits()
        change(&limits)
        requirements.limits = limits
        return requirements
    }

    @Test("memory that runs out ends the instance, which says so", .enabled(if: held.contains(.memory)))
    func memory() async throws {
        try await LocalProject.with { project in
            let script = "python3 -c 'import time; x = bytearray(200 << 20); print(len(x)); time.sleep(60)'; exit $?"
            try await project.define(
                "hog",
                shell(script) {
                    $0.resources = Self.limits { $0.memory = ByteCount(bytes: 48 << 20) }
                    $0.restart = policy(.none, .zero)
                }
            )
            let id = try await project.start("hog")
            let seen = try await project.wait("hog", id) { $0.phase == .failed }
            #expect(seen.message == "killed: out of memory (limit 48MiB)")
            #expect(seen.exitStatus == .signal(9))
            #expect(
                seen.limits.map(\.name) == ["memory"] && seen.limits.first?.mechanism?.hasPrefix("cgroup v") == true
            )
        }
    }

    @Test(
        "processors and processes are limited from the first instruction on, and what is used is counted",
        .enabled(if: held.isSuperset(of: [.cpu, .pids]))
    )
    func processorsAndProcesses() async throws {
        try await LocalProject.with { project in
            let script = """
                grep -c orchplan/ /proc/self/cgroup
                python3 -c '
                import os, sys
                made = 0
                try:
                    for _ in range(50):
                        if os.fork() == 0: os.execvp("sleep", ["sleep", "100"])
                        made += 1
                except OSError: pass
                print("made", made, flush=True)
                while True: pass'
                """
            try await project.define(
                "busy",
                shell(script) {
                    $0.resources = Self.limits {
                        $0.cpus = CPUCount(nanoCPUs: 200_000_000)
                        $0.pids = 10
                    }
                }
            )
            let id = try await project.start("busy")
            var logs: [String] = []
            await eventually {
                logs = await project.driver.recentLogs(instance: id, lines: 10)
                return logs.count > 1
            }
            let places = CgroupHierarchy.usable().count { !$0.controllers.isDisjoint(with: [.cpu, .pids]) }
            #expect(logs.first.flatMap { Int($0) } ?? 0 >= places, "\(logs)")
            // The shell and the interpreter are two of the ten.
            #expect(logs.last == "made 8", "\(logs)")
            func used() async throws -> Double {
                let measured = try #require(try await project.driver.measurements().first?.instances.first)
                #expect(measured.id == id && measured.memory.bytes > 1 << 20)
                return measured.cpuTime / .seconds(1)
            }
            let before = try await used()
            let start = ContinuousClock.now
            // It computes all the time; how soon it is let depends on the machine, how much at most does not.
            var spent = 0.0
            while spent < 0.15, ContinuousClock.now - start < .seconds(60) {
                try await Task.sleep(for: .milliseconds(200))
                spent = try await used() - before
            }
            let share = spent / ((ContinuousClock.now - start) / .seconds(1))
            #expect(spent >= 0.15 && share < 0.3, "\(spent) s, \(share)")
        }
    }

    @Test(
        "groups go with their instances, live on with them, and are swept when an agent was killed",
        .enabled(if: !held.isEmpty)
    )
    func groups() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let local = AgentDirectory(project: project.directory)
            let record = try InstanceRecord(
                canonical: CanonicalReader.parse(try #require(try DurableFile.read(local.instanceRecord(id))))
            )
            let group = try #require(record.cgroups.first)
            let place = try #require(group.split(separator: "/").dropLast().joined(separator: "/") as String?)
            let (empty, used) = ("/\(place)/gone.1.a", "/\(place)/other.1.a")
            for path in [empty, used] { try FileTree.makeDirectory(path) }
            let stranger = try ProcessSpawn(path: "/bin/sleep", arguments: ["sleep", "60"], environment: []).start()
            defer {
                kill(stranger, SIGKILL)
                waitpid(stranger, nil, 0)
                rmdir(used)
            }
            try "\(stranger)".write(toFile: "\(used)/cgroup.procs", atomically: false, encoding: .utf8)
            let agent = try #require(project.agentProcess())
            kill(pid_t(agent), SIGKILL)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }

            try await project.wait("web", id) { $0.isHealthy && $0.restarts == 0 }
            #expect(FileTree.exists(group) && FileTree.exists(used) && !FileTree.exists(empty))
            #expect(kill(stranger, 0) == 0)
            try await project.stop("web", id)
            #expect(record.cgroups.allSatisfy { !FileTree.exists($0) })
        }
    }

    @Test("a health command is bound as its instance is, and ends with all that it started")
    func healthCommand() async throws {
        try await LocalProject.with { project in
            let facts =
                "grep -h -E '^(CapPrm|CapEff|NoNewPrivs|Max open files)' /proc/self/status /proc/self/limits;"
                + "cut -d: -f2- /proc/self/cgroup; pwd; id -u; hostname"
            let script = "(\(facts)) > /dev/shm/own; exec sleep 100"
            try await project.define(
                "web",
                shell(script) {
                    var check = HealthCheck()
                    check.command = ["sh", "-c", "(\(facts)) > /dev/shm/probe; cmp /dev/shm/own /dev/shm/probe"]
                    check.interval = .milliseconds(200)
                    check.timeout = .seconds(5)
                    $0.healthcheck = check
                    $0.ulimits = ["nofile": Ulimit(soft: 512, hard: 512)]
                    $0.capDrop = ["NET_RAW"]
                    $0.workingDir = "/usr"
                }
            )
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }

            // One in the command's session, one that has left it, one that has lost its parent as well.
            let word = "98\(Int.random(in: 1000...9999)).5"
            try await project.define(
                "slow",
                shell("exec sleep 100") {
                    var check = HealthCheck()
                    check.command = [
                        "sh", "-c", "sleep \(word) & setsid sleep \(word) & (setsid sleep \(word) &) ; wait",
                    ]
                    check.interval = .milliseconds(100)
                    check.timeout = .milliseconds(300)
                    check.startPeriod = .seconds(60)
                    $0.healthcheck = check
                }
            )
            let slow = try await project.start("slow")
            let seen = try await project.wait("slow", slow) { $0.message?.contains("took longer") ?? false }
            #expect(seen.message == "health command took longer than 300ms")
            // Between two probes nothing of either is there.
            #expect(await eventually { processes(with: word).isEmpty })
        }
    }
}
