import Drivers
import Foundation
import LocalAgent
import LocalDriver
import ResourceModel
import Testing

@Suite("Damaged state of the local driver", .serialized)
struct DamageTests {
    @Test(
        "an instance whose record is broken is ended and missing; the rest goes on",
        arguments: ["", "{\"id\":", "{}", "\u{0}\u{FF}garbage"],
        [false, true]
    )
    func brokenInstance(_ text: String, statusToo: Bool) async throws {
        try await LocalProject.with { project in
            let marker = "7118\(Int.random(in: 10_000...99_999))"
            try await project.define("web", shell("setsid sleep \(marker) & sleep \(marker)"))
            try await project.define("other", shell("exec sleep 100"))
            let id = try await project.start("web")
            let other = try await project.start("other")
            try await project.wait("web", id) { $0.isHealthy }
            try await project.wait("other", other) { $0.isHealthy }
            let started = await eventually { processes(with: marker).count >= 2 }
            #expect(started)
            let local = AgentDirectory(project: project.directory)
            await project.killAgent()
            try Data(text.utf8).write(to: URL(fileURLWithPath: local.instanceRecord(id)))
            if statusToo {
                try Data(text.utf8).write(to: URL(fileURLWithPath: ShimStatus.path(in: local.instance(id))))
            }
            #expect(try await project.instance("web", id) == nil)
            #expect(processes(with: marker).isEmpty)
            #expect(try await project.instance("other", other)?.restarts == 0)
            #expect(FileManager.default.fileExists(atPath: "\(local.instance(id)).broken/record.json.broken"))
            let log = try String(contentsOfFile: local.agentLog, encoding: .utf8)
            #expect(log.contains("instances/\(id)/record.json\" cannot be used"))
            // What is missing can be made anew under the same name, and taken away.
            let again = try await project.start("web")
            try await project.wait("web", again) { $0.isHealthy }
            try await project.stop("web", again)
            #expect(processes(with: marker).isEmpty)
        }
    }

    @Test("an instance whose status is broken is started again and never runs twice")
    func brokenStatus() async throws {
        try await LocalProject.with { project in
            let marker = "7119\(Int.random(in: 10_000...99_999))"
            try await project.define("web", shell("sleep \(marker)") { $0.restart = policy(.any, .milliseconds(50)) })
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            await eventually { processes(with: marker, named: "sleep").count == 1 }
            let before = processes(with: marker, named: "sleep")
            await project.killAgent()
            let status = ShimStatus.path(in: AgentDirectory(project: project.directory).instance(id))
            try Data().write(to: URL(fileURLWithPath: status))
            try await project.wait("web", id) { $0.isHealthy && $0.restarts == 1 }
            await eventually { processes(with: marker, named: "sleep").count == 1 }
            #expect(processes(with: marker, named: "sleep").count == 1)
            #expect(processes(with: marker, named: "sleep") != before)
            try await project.stop("web", id)
            #expect(processes(with: marker).isEmpty)
        }
    }

    @Test("a service whose record is broken is missing, and its definition ends what was left of it")
    func brokenService() async throws {
        try await LocalProject.with { project in
            let marker = "7120\(Int.random(in: 10_000...99_999))"
            try await project.define("web", shell("sleep \(marker)"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            await eventually { !processes(with: marker).isEmpty }
            let local = AgentDirectory(project: project.directory)
            await project.killAgent()
            try Data().write(to: URL(fileURLWithPath: local.serviceRecord("web")))
            #expect(try await project.driver.observe(service: "web") == nil)
            try await project.define("web", shell("sleep \(marker)"))
            #expect(processes(with: marker).isEmpty)
            #expect(try await project.driver.observe(service: "web")?.instances.isEmpty == true)
            let again = try await project.start("web")
            try await project.wait("web", again) { $0.isHealthy && $0.id == id }
            #expect(FileManager.default.fileExists(atPath: "\(local.serviceRecord("web")).broken"))
        }
    }

    @Test("objects whose records are broken are missing; data and generated secrets stay")
    func brokenObjects() async throws {
        try await LocalProject.with { project in
            var secret = SecretSpec()
            secret.source = .generate(length: 20, charset: "abcdef", rotation: 0)
            let generated = secret
            func create() async throws {
                try await project.create(.volume, "data", .volume(VolumeSpec()))
                try await project.create(.secret, "key", .secret(generated))
            }
            try await create()
            try await project.define("web", shell("exec sleep 100"))
            let local = AgentDirectory(project: project.directory)
            let file = "\(local.volume("data"))/rows"
            try Data("rows".utf8).write(to: URL(fileURLWithPath: file))
            let key = FileManager.default.contents(atPath: local.content(ObjectKey(.secret, "key")))
            await project.killAgent()
            for record in [ObjectKey(.volume, "data"), ObjectKey(.secret, "key")] {
                try Data("[".utf8).write(to: URL(fileURLWithPath: local.objectRecord(record)))
            }
            #expect(try await project.driver.inventory(ports: []).objects.isEmpty)
            try await create()
            #expect(try await project.driver.inventory(ports: []).objects.count == 2)
            #expect(FileManager.default.contents(atPath: file) == Data("rows".utf8))
            #expect(FileManager.default.contents(atPath: local.content(ObjectKey(.secret, "key"))) == key)
        }
    }

    @Test("an agent that cannot start is told of at once, in its own last words")
    func agentCannotStart() async throws {
        try await LocalProject.with { project in
            let local = AgentDirectory(project: project.directory)
            try local.make()
            try Data("an old line\n".utf8).write(to: URL(fileURLWithPath: local.agentLog))
            try Data().write(to: URL(fileURLWithPath: local.socket))
            let began = ContinuousClock.now
            let error = await #expect(throws: DriverError.self) { try await project.driver.inventory(ports: []) }
            #expect(ContinuousClock.now - began < .seconds(8))
            let words = try String(contentsOfFile: local.agentLog, encoding: .utf8).split(separator: "\n")
            // What it says of its start, of what it holds, and why it ended.
            #expect(words.count == 4)
            let said = words.last?.components(separatedBy: " orchplan agent: ").last
            #expect(error?.message == "the agent ended right after its start: \(said ?? "")")
            try FileManager.default.removeItem(atPath: local.socket)
        }
    }

    @Test("a second agent says that one runs already")
    func secondAgent() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 100"))
            let first = try #require(project.agentProcess())
            let second = Process()
            let words = Pipe()
            second.executableURL = URL(fileURLWithPath: try LocalProject.executable())
            second.arguments = Array(AgentMain.arguments(projectDirectory: project.directory).dropFirst())
            second.standardError = words
            try second.run()
            let said = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            second.waitUntilExit()
            #expect(said.hasSuffix("Z orchplan agent: an agent runs already (pid \(first))\n"), "\(said)")
        }
    }

    @Test("an instance that is stopped while it starts leaves nothing, on a busy machine", .timeLimit(.minutes(3)))
    func stopSoonAfterStart() async throws {
        try await LocalProject.with { project in
            let burners = try (0..<4)
                .map { _ in
                    let burner = Process()
                    burner.executableURL = URL(fileURLWithPath: "/bin/sh")
                    burner.arguments = ["-c", "while :; do :; done"]
                    try burner.run()
                    return burner
                }
            defer { for burner in burners { kill(burner.processIdentifier, SIGKILL) } }
            let marker = "7121\(Int.random(in: 10_000...99_999))"
            try await project.define(
                "web",
                shell("setsid sleep \(marker) & sleep \(marker)") { $0.stopGracePeriod = .milliseconds(300) }
            )
            for round in 0..<20 {
                let id = try await project.start("web")
                try await Task.sleep(for: .microseconds(round * 50_000 / 19))
                try await project.stop("web", id)
                #expect(processes(with: marker).isEmpty, "round \(round)")
                #expect(try await project.instance("web", id) == nil)
            }
        }
    }
}

extension LocalProject {
    /// Ends the agent as a crash would, and returns once it has gone.
    func killAgent() async {
        guard let agent = agentProcess() else { return }
        kill(pid_t(agent), SIGKILL)
        await eventually { ProcessStatus.read(agent).map { $0.state == UInt8(ascii: "Z") } ?? true }
    }
}
