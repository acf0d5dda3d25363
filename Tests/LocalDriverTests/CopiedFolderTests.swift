import Drivers
import Foundation
import LocalAgent
import LocalDriver
import ResourceModel
import Testing

@Suite("A folder that was copied or moved", .serialized)
struct CopiedFolderTests {
    private func driver(at directory: String) throws -> LocalDriver {
        LocalDriver(projectDirectory: directory, executable: try LocalProject.executable())
    }

    private func refusal(at directory: String) async throws -> DriverError? {
        do {
            _ = try await driver(at: directory).inventory(ports: [])
            return nil
        } catch let error as DriverError {
            return error
        }
    }

    private func shim(_ directory: String, _ id: String) -> Int? {
        ShimStatus.read(in: AgentDirectory(project: directory).instance(id))?.shim.pid
    }

    @Test("a copy is refused with the original's place, whatever became of that; a moved folder goes on")
    func copies() async throws {
        try await LocalProject.with { project in
            let (copy, moved) = ("\(project.directory)-copy", "\(project.directory)-moved")
            let files = FileManager.default
            defer { for path in [copy, moved] { try? files.removeItem(atPath: path) } }
            try await project.define("web", shell("exec sleep 1000"))
            let id = try await project.start("web")
            try await project.wait("web", id) { $0.isHealthy }
            let first = try #require(shim(project.directory, id))

            let copied = try cp(project.directory, copy)
            #expect(copied == 0)
            let root = AgentDirectory(project: copy).root
            let refused = try #require(try await refusal(at: copy))
            #expect(refused.message.contains("\(root) is a copy"), "\(refused)")
            #expect(refused.message.contains(" \(AgentDirectory(project: project.directory).root),"), "\(refused)")
            #expect(refused.help?.contains("rm -r '\(root)' '\(copy)/.orchplan/state.db'*") == true, "\(refused)")
            // Not even with the record of the place gone: what is recorded runs elsewhere.
            try files.removeItem(atPath: "\(root)/place.json")
            try files.removeItem(atPath: "\(root)/agent.json")
            #expect(try await refusal(at: copy)?.message.contains("is a copy") == true)

            // The agent still runs when its folder goes elsewhere; its successor adopts what runs.
            try files.moveItem(atPath: project.directory, toPath: moved)
            #expect(try await driver(at: moved).observe(service: "web")?.instances.map(\.id) == [id])
            #expect(shim(moved, id) == first)
            let again = try await refusal(at: copy)
            #expect(again?.message.contains(" \(AgentDirectory(project: moved).root),") == true, "\(again as Any)")
            #expect(try await refusal(at: moved) == nil)

            // For the cleaning up; back where it was is a move like any other.
            try files.moveItem(atPath: moved, toPath: project.directory)
            #expect(try await refusal(at: project.directory) == nil)
            #expect(shim(project.directory, id) == first)
            let log = try String(contentsOfFile: AgentDirectory(project: project.directory).agentLog, encoding: .utf8)
            #expect(
                log.split(separator: "\n").allSatisfy { $0.hasPrefix("20") && $0.contains("Z orchplan agent: ") },
                "\(log)"
            )
            for words in ["started for \(moved), pid", "1 instances, 1 of them running", "was told to end"] {
                #expect(log.contains(words), "\(log)")
            }
        }
    }

    @Test("a project at the place of one that was taken away is another one")
    func successors() async throws {
        try await LocalProject.with { project in
            try await project.define("web", shell("exec sleep 1000"))
            let away = "\(project.directory)-away"
            defer { try? FileManager.default.removeItem(atPath: away) }
            let place = "\(AgentDirectory(project: away).root)/place.json"
            let copied = try cp(project.directory, away)
            #expect(copied == 0)
            #expect(try await refusal(at: away) != nil)
            // As if that had been copied from one that was here before.
            let text = try String(contentsOfFile: place, encoding: .utf8)
            let parts = text.split(separator: "\"id\":\"")
            try #require(parts.count == 2)
            try (parts[0] + "\"id\":\"0" + parts[1]).write(toFile: place, atomically: true, encoding: .utf8)
            #expect(try await refusal(at: away) == nil)
            #expect(try await driver(at: away).observe(service: "web") != nil)
            _ = try await driver(at: away)
                .perform(
                    Operation(
                        id: "end",
                        labels: OwnershipLabels(
                            project: "test",
                            address: ResourceAddress(.service, "web"),
                            fingerprint: LocalProject.template("f"),
                            operation: "end"
                        ),
                        action: .removeService(name: "web")
                    )
                )
        }
    }

    private func cp(_ from: String, _ to: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cp")
        process.arguments = ["-a", from, to]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
