import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

@Suite("Agents that end and come back", .serialized)
struct RecoveryTests {
    @Test("a killed agent's instances live on, and its successor adopts them")
    func adoption() async throws {
        try await LocalProject.with { project in
            try await project.define(
                "web",
                shell("echo up; while :; do echo tick; sleep 0.05; done") {
                    $0.restart = policy(.any, .milliseconds(50))
                }
            )
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let folder = AgentDirectory(project: project.directory).instance(id)
            let before = try #require(ShimStatus.read(in: folder)?.sandbox)
            let agent = try #require(project.agentProcess())
            kill(pid_t(agent), SIGKILL)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
            #expect(ProcessHandle.open(before) != nil)

            let seen = try await project.wait("web", id) { $0.isHealthy }
            #expect(seen.restarts == 0)
            #expect(project.agentProcess() != agent)
            #expect(ShimStatus.read(in: folder)?.sandbox == before)
            // The adopted one is watched like an own one.
            ProcessHandle.open(before)?.signal(SIGKILL)
            let again = try await project.wait("web", id) { $0.isHealthy && $0.restarts == 1 }
            #expect(again.phase == .running)
            try await project.stop("web", id)
            #expect(ProcessHandle.open(before) == nil)
        }
    }

    @Test("many requests at once start one agent")
    func oneStart() async throws {
        try await LocalProject.with { project in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<8 {
                    group.addTask { try await project.define("web\(index)", shell("sleep 1000")) }
                }
                try await group.waitForAll()
            }
            let log = try String(
                contentsOfFile: AgentDirectory(project: project.directory).agentLog,
                encoding: .utf8
            )
            #expect(log.components(separatedBy: "started for").count == 2 && !log.contains("runs already"), "\(log)")
        }
    }

    @Test("what ended while no agent was there is noticed and started again")
    func endedMeanwhile() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100") { $0.restart = policy(.any, .milliseconds(50)) })
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let folder = AgentDirectory(project: project.directory).instance(id)
            let status = try #require(ShimStatus.read(in: folder))
            let agent = try #require(project.agentProcess())
            kill(pid_t(agent), SIGKILL)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
            status.sandbox.flatMap(ProcessHandle.open)?.signal(SIGKILL)
            await eventually { ShimExit.read(in: folder, run: status.run) != nil }
            let seen = try await project.wait("web", id) { $0.isHealthy }
            #expect(seen.restarts == 1 && seen.exitStatus == .signal(9))
        }
    }

    @Test("what a killed agent was removing is ended and removed by its successor")
    func strays() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let local = AgentDirectory(project: project.directory)
            let agent = try #require(project.agentProcess())
            kill(pid_t(agent), SIGKILL)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
            let sandbox = try #require(ShimStatus.read(in: local.instance(id))?.sandbox)
            try FileManager.default.removeItem(atPath: local.instanceRecord(id))
            #expect(try await project.instance("web", id) == nil)
            #expect(ProcessHandle.open(sandbox) == nil)
            #expect(!FileManager.default.fileExists(atPath: local.instance(id)))
        }
    }

    @Test("a record that points at a stranger never has it signalled")
    func strangers() async throws {
        try await LocalProject.with { project in
            let stranger = Process()
            stranger.executableURL = URL(fileURLWithPath: "/bin/sleep")
            stranger.arguments = ["60"]
            stranger.standardOutput = FileHandle.nullDevice
            stranger.standardError = FileHandle.nullDevice
            try stranger.run()
            // Not asked but killed: it may have inherited a blocked SIGTERM.
            defer { kill(stranger.processIdentifier, SIGKILL) }
            try await project.define("web", shell("exec sleep 100"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let folder = AgentDirectory(project: project.directory).instance(id)
            let agent = try #require(project.agentProcess())
            kill(pid_t(agent), SIGKILL)
            await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
            var status = try #require(ShimStatus.read(in: folder))
            let shim = try #require(ProcessHandle.open(status.shim))
            let sandbox = try #require(status.sandbox.flatMap(ProcessHandle.open))
            shim.signal(SIGKILL)
            sandbox.signal(SIGKILL)
            await eventually { shim.hasEnded && sandbox.hasEnded }
            #expect(sandbox.hasEnded)
            // The ids were given to another process since: same pid, other start time.
            let forged = ProcessIdentity(
                pid: Int(stranger.processIdentifier),
                startTicks: status.shim.startTicks,
                bootID: ProcessIdentity.currentBoot
            )
            status.shim = forged
            status.sandbox = forged
            try DurableFile.write(CanonicalText(status).text.utf8.map { $0 }, to: ShimStatus.path(in: folder))
            _ = try await project.instance("web", id)
            try await project.stop("web", id)
            #expect(stranger.isRunning)
        }
    }

    @Test("an agent with nothing to keep alive ends and leaves no socket")
    func idleness() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100"))
            try await project.perform(.removeService(name: "web"), on: ResourceAddress(.service, "web"))
            let agent = try #require(project.agentProcess())
            let ended = await eventually(seconds: 12) {
                ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true
            }
            #expect(ended)
            #expect(!FileManager.default.fileExists(atPath: AgentDirectory(project: project.directory).socket))
        }
    }
}
