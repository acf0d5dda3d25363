import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

/// Nothing grows, however often instances come and go: `ORCHPLAN_SOAK=1000` makes it a thousand cycles.
@Suite("Many lives of instances", .serialized)
struct SoakTests {
    /// Everything that could leak.
    private struct Count: Equatable, CustomStringConvertible {
        var descriptors = 0
        var threads = 0
        /// Zombies included: whatever has the agent above it, and whatever names the project.
        var processes = 0
        var groups = 0
        var files = 0
        var resident = 0

        var description: String {
            "descriptors \(descriptors), threads \(threads), processes \(processes), control groups \(groups), "
                + "files and directories \(files), resident \(resident / 1024) KiB"
        }

        /// What may not grow; the count before may hold something that was just on its way out.
        func isWithin(_ other: Count) -> Bool {
            descriptors <= other.descriptors && processes <= other.processes && groups <= other.groups
                && files <= other.files
        }
    }

    private static let cycles = ProcessInfo.processInfo.environment["ORCHPLAN_SOAK"].flatMap { Int($0) } ?? 100
    private static let lanes = 4

    @Test("a cycle of start, crash, restart and stop leaves nothing behind", .timeLimit(.minutes(15)))
    func cycles() async throws {
        try await LocalProject.with { project in
            var port = PortSpec()
            port.target = 8080
            try await project.define(
                "web",
                shell("exec sleep 1000") {
                    var check = HealthCheck()
                    check.command = ["/bin/true"]
                    check.interval = .milliseconds(200)
                    $0.healthcheck = check
                    $0.ports = [port]
                    $0.restart = policy(.any, .zero)
                    $0.mounts = [MountSpec(type: .volume, source: nil, target: "/data")]
                }
            )
            // What is made once and kept: buffers, threads, the last events.
            try await run(project, 20)
            let before = try await count(project)
            let start = ContinuousClock.now
            try await run(project, Self.cycles)
            let time = ContinuousClock.now - start
            var after = try await count(project)
            // A descriptor of a connection that is just being closed is no leak.
            await eventually {
                after = (try? await count(project)) ?? after
                return after.isWithin(before)
            }
            print("soak: \(Self.cycles) cycles in \(time)\n  before: \(before)\n  after:  \(after)")
            #expect(after.isWithin(before), "before: \(before), after: \(after)")
            // Threads come and go with the load; memory is kept by its allocator.
            #expect(after.threads <= before.threads + 4, "before: \(before), after: \(after)")
            #expect(after.resident - before.resident < 12 << 20, "before: \(before), after: \(after)")
        }
    }

    private func run(_ project: LocalProject, _ cycles: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    for _ in stride(from: lane, to: cycles, by: Self.lanes) { try await cycle(project, lane + 1) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func cycle(_ project: LocalProject, _ slot: Int) async throws {
        let id = try await project.start("web", slot: slot)
        try await project.wait("web", id) { $0.isHealthy }
        let folder = AgentDirectory(project: project.directory).instance(id)
        let first = try #require(ShimStatus.read(in: folder)?.sandbox.flatMap(ProcessHandle.open))
        first.signal(SIGKILL)
        try await project.wait("web", id) { $0.isHealthy && $0.restarts == 1 }
        try await project.stop("web", id)
    }

    private func count(_ project: LocalProject) async throws -> Count {
        let agent = try #require(project.agentProcess())
        let local = AgentDirectory(project: project.directory)
        var count = Count()
        count.descriptors = FileTree.names(in: "/proc/\(agent)/fd").count
        count.threads = FileTree.names(in: "/proc/\(agent)/task").count
        count.processes = FileTree.names(in: "/proc").compactMap { Int($0) }
            .count { pid in
                if ProcessStatus.read(pid)?.parent == agent { return true }
                let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                return String(decoding: bytes, as: UTF8.self).contains(project.directory)
            }
        let places = try DurableFile.read(local.cgroupRecord).map { try CanonicalReader.parse($0) }
        for place in places?["places"]?.array ?? [] {
            let directory = place.string ?? ""
            count.groups += FileTree.names(in: directory).count { FileTree.exists("\(directory)/\($0)/cgroup.procs") }
        }
        count.files = FileManager.default.enumerator(atPath: local.root)?.allObjects.count ?? 0
        let status = try String(contentsOfFile: "/proc/\(agent)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        count.resident = (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        return count
    }
}
