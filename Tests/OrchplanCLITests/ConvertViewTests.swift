import Compose
import Foundation
import Manifests
import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import SwarmDriver
import Testing

@testable import OrchplanCLI

@Suite("What a conversion says at its end, and what a first project is")
struct ConvertViewTests {
    @Test("the summary of a conversion with losses, and of a stack that runs")
    func summary() async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("ComposeTests/Inputs/development").path
        var request = ConversionRequest(
            inputs: [.init(path: "\(folder)/compose.yaml", shownAs: "compose.yaml")],
            output: folder,
            base: folder,
            shownRelativeTo: folder
        )
        request.values = ["MYSQL_PASSWORD": "x"]
        request.capabilities = ["swarm": .swarm]
        request.environment = ["HOME": "/root"]
        var conversion = await ComposeConverter.convert(request)
        try #require(!conversion.files.isEmpty)
        conversion.emptyVariables = ["DOMAIN", "TAG"]
        let fresh = ConvertView(conversion, directory: ".", files: ["compose.yaml"], isRunning: false)
        expectGolden("convert", fresh.lines)
        request.isRunning = true
        let running = await ComposeConverter.convert(request)
        let view = ConvertView(running, directory: "shop", files: ["compose.yaml", "more.yaml"], isRunning: true)
        expectGolden("convert-running", view.lines)
        // What is typed next is there.
        for line in view.lines(ViewFormat(width: 200)) + fresh.lines(ViewFormat(width: 200)) {
            let words = line.plain.split(separator: " ").map(String.init)
            guard words.first == "orchplan" else { continue }
            let command = Array(words.dropFirst().prefix { $0 != "what" && $0 != "makes" && $0 != "takes" })
            #expect(throws: Never.self) { try Orchplan.parseAsRoot(command) }
        }
    }

    @Test("a first project compiles without a word of error for its driver", arguments: ["local", "swarm"])
    func starters(_ driver: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("init-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await InitCommand.parse([folder.path + "/shop", "--driver", driver]).run()
        let place = folder.appendingPathComponent("shop").path
        let project = try #require(LoadedProject.find(from: place, files: DiskFiles()))
        let settings = ProjectSettings.resolve(
            flags: ProjectSettings.Flags(),
            environment: [:],
            file: project,
            workingDirectory: place
        )
        #expect(settings.diagnostics.isEmpty && settings.project == "shop" && settings.driver.name == driver)
        let capabilities: Capabilities =
            driver == "swarm" ? .swarm : Capabilities(driver: driver, nativeRollout: false, requiresCommand: true)
        let result = await Compiler.compile(
            CompileRequest(settings, workingDirectory: place, capabilities: capabilities)
        )
        #expect(result.diagnostics.isEmpty, "\(TextRenderer(result.sources).render(result.diagnostics))")
        #expect(result.graph != nil)
    }

    @Test("files are written all or not at all")
    func fileSet() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("set-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let set = FileSet(directory: folder.path, files: [("a.yaml", "new"), ("m/b.yaml", "new")])
        #expect(set.taken() == [])
        try set.write()
        #expect(set.taken() == ["a.yaml", "m/b.yaml"])
        // A directory takes the place of the second: the first comes back.
        try Data("mine".utf8).write(to: folder.appendingPathComponent("a.yaml"))
        let blocked = folder.appendingPathComponent("m/b.yaml")
        try FileManager.default.removeItem(at: blocked)
        try FileManager.default.createDirectory(
            at: blocked.appendingPathComponent("x"),
            withIntermediateDirectories: true
        )
        #expect(throws: CommandFailure.self) { try set.write() }
        #expect(try String(contentsOf: folder.appendingPathComponent("a.yaml"), encoding: .utf8) == "mine")
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.contains(".orchplan-") }
        #expect(left == [], "nothing is left behind: \(left)")
    }

    @Test("explaining and schemas need no project, and so no name of one")
    func withoutProject() {
        #expect(!ExplainCommand.needsProject && !SchemaCommand.needsProject && PlanCommand.needsProject)
    }
}
