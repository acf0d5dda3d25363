import Drivers
import Foundation
import LocalAgent
import ResourceModel
import Testing

@Suite("Instances outlive whatever is killed", .serialized)
struct SurvivalTests {
    private func three(_ project: LocalProject, _ script: String = "exec sleep 1000") async throws -> [String] {
        try await project.define("web", shell(script) { $0.restart = policy(.any, .milliseconds(50)) })
        var ids: [String] = []
        for slot in 1...3 { ids.append(try await project.start("web", slot: slot)) }
        for id in ids { try await project.wait("web", id) { $0.isHealthy } }
        return ids
    }

    private func sandboxes(_ project: LocalProject, _ ids: [String]) -> [ProcessIdentity?] {
        ids.map { ShimStatus.read(in: AgentDirectory(project: project.directory).instance($0))?.sandbox }
    }

    /// Shims of the project's instances and everything below them, as their first arguments; orphaned sandboxes, too.
    private func census(_ project: LocalProject) async -> [String] {
        var last: [String] = []
        // Until nothing comes or goes any more: what starts has helpers for a moment.
        await eventually {
            let before = last
            try? await Task.sleep(for: .milliseconds(150))
            last = running(project)
            return last == before
        }
        return last
    }

    private func running(_ project: LocalProject) -> [String] {
        FileTree.names(in: "/proc").compactMap { Int($0) }
            .compactMap { pid -> String? in
                guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ"),
                    let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
                    let cwd = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
                else { return nil }
                let isMarked = String(decoding: environment, as: UTF8.self)
                    .contains("ORCHPLAN_SANDBOX_OF=\(project.directory)/")
                guard isMarked || cwd == project.directory else { return nil }
                return String(decoding: arguments.prefix { $0 != 0 }, as: UTF8.self)
            }
            .sorted()
    }

    @Test("agents that are killed again and again change nothing and double nothing")
    func agents() async throws {
        try await LocalProject.with { project in
            let ids = try await three(project)
            let before = sandboxes(project, ids)
            let there = await census(project)
            for round in 0..<5 {
                await project.killAgent()
                if round == 2 {
                    // Two who look at once start one.
                    async let first = project.driver.observe(service: "web")
                    async let second = project.driver.observe(service: "web")
                    _ = try await (first, second)
                }
                for id in ids { try await project.wait("web", id) { $0.isHealthy && $0.restarts == 0 } }
            }
            #expect(sandboxes(project, ids) == before)
            #expect(await census(project) == there)
        }
    }

    @Test("a shim that is killed takes its sandbox along, whenever that is, and the instance is healed")
    func shims() async throws {
        try await LocalProject.with { project in
            let ids = try await three(project)
            let there = await census(project)
            for (index, id) in ids.enumerated() {
                let folder = AgentDirectory(project: project.directory).instance(id)
                let old = try #require(ShimStatus.read(in: folder))
                let sandbox = try #require(old.sandbox.flatMap(ProcessHandle.open))
                ProcessHandle.open(old.shim)?.signal(SIGKILL)
                try await project.wait("web", id) { $0.isHealthy && $0.restarts == 1 }
                #expect(sandbox.hasEnded, "instance \(index)")
            }
            // In the middle of a start, at whatever point of it.
            let folder = AgentDirectory(project: project.directory).instance(ids[0])
            for round in 0..<8 {
                let run = try #require(ShimStatus.read(in: folder)).run
                if let sandbox = ShimStatus.read(in: folder)?.sandbox { ProcessHandle.open(sandbox)?.signal(SIGKILL) }
                var next: ShimStatus?
                await eventually {
                    next = ShimStatus.read(in: folder)
                    return (next?.run ?? 0) > run
                }
                try await Task.sleep(for: .milliseconds(round))
                if let shim = next?.shim { ProcessHandle.open(shim)?.signal(SIGKILL) }
                try await project.stop("web", ids[0])
                _ = try await project.start("web", slot: 1)
                try await project.wait("web", ids[0]) { $0.isHealthy }
            }
            #expect(await census(project) == there)
        }
    }

    @Test("a process that leaves its parent and its session ends with its instance")
    func daemons() async throws {
        try await LocalProject.with { project in
            let word = "97\(Int.random(in: 1000...9999)).5"
            try await project.define(
                "web",
                shell("(setsid sh -c '(sleep \(word) &)' &) ; sleep 0.2; exec sleep \(word)")
            )
            let id = try await project.start("web")
            #expect(await eventually { processes(with: word).count == 2 })
            try await project.stop("web", id)
            #expect(processes(with: word).isEmpty)
        }
    }

    @Test("an agent of another version gives way, and its instances go on")
    func versions() async throws {
        try await LocalProject.with { project in
            let local = AgentDirectory(project: project.directory)
            try local.make()
            let stop = AsyncStream<Void>.makeStream()
            var about = AgentAbout()
            about.version = 1
            let answer = Array(CanonicalText(about).text.utf8)
            let old = try await AgentServer(socketPath: local.socket) { request in
                if request.path == "/v1/stop" { stop.continuation.yield() }
                return AgentResponse(status: 200, body: .bytes(request.method == "GET" ? answer : []))
            }
            let stopping = Task {
                for await _ in stop.stream { break }
                await old.close()
            }
            #expect(try await project.driver.inventory(ports: []).nodes.count == 1)
            await stopping.value
            #expect(project.agentProcess() != nil)
        }
    }

    @Test("after a reboot the first look brings everything back, with its data")
    func reboot() async throws {
        try await LocalProject.with { project in
            try await project.create(.volume, "data", .volume(VolumeSpec()))
            try await project.define(
                "web",
                shell("echo run >> /data/runs; exec sleep 1000") {
                    $0.mounts = [MountSpec(type: .volume, source: "data", target: "/data")]
                    $0.restart = policy(.any, .seconds(60))
                }
            )
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            try await project.define(
                "once",
                shell("echo run >> /data/once") {
                    $0.mode = .replicatedJob
                    $0.mounts = [MountSpec(type: .volume, source: "data", target: "/data")]
                }
            )
            let job = try await project.start("once")
            try await project.wait("once", job) { $0.phase == .completed }

            await project.killAgent()
            try powerOff(project, [id, job])
            // An id of then is another's now: this process, which must not be touched.
            let seen = try await project.wait("web", id) { $0.isHealthy }
            #expect(seen.restarts == 0)
            let local = AgentDirectory(project: project.directory)
            await eventually {
                (try? String(contentsOfFile: "\(local.volume("data"))/runs", encoding: .utf8)) == "run\nrun\n"
            }
            #expect(try String(contentsOfFile: "\(local.volume("data"))/runs", encoding: .utf8) == "run\nrun\n")
            #expect(try await project.instance("once", job)?.phase == .completed)
            #expect(try String(contentsOfFile: "\(local.volume("data"))/once", encoding: .utf8) == "run\n")
        }
    }

    /// Ends every process of some instances and makes their records ones of an earlier boot.
    private func powerOff(_ project: LocalProject, _ ids: [String]) throws {
        for id in ids {
            let folder = AgentDirectory(project: project.directory).instance(id)
            for handle in [ShimStatus.read(in: folder)?.sandbox, ShimStatus.read(in: folder)?.shim] {
                if let handle { ProcessHandle.open(handle)?.signal(SIGKILL) }
            }
            for name in ["record.json", "status.json"] {
                let path = "\(folder)/\(name)"
                guard var text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
                text = text.replacingOccurrences(
                    of: ProcessIdentity.currentBoot,
                    with: "00000000-0000-4000-8000-000000000000"
                )
                if var status = try? ShimStatus(canonical: CanonicalReader.parse(Array(text.utf8))) {
                    status.sandbox?.pid = Int(getpid())
                    text = CanonicalText(status).text
                }
                try text.write(toFile: path, atomically: true, encoding: .utf8)
            }
        }
    }
}
