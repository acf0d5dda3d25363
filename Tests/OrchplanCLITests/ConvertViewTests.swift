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

    @Test("nothing is written through a link: not to elsewhere, not over the link, and the reason is told")
    func links() throws {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent("links-\(UUID().uuidString)")
            .resolvingSymlinksInPath()
        defer { try? manager.removeItem(at: folder) }
        let (out, elsewhere) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("elsewhere"))
        for place in [out, elsewhere] { try manager.createDirectory(at: place, withIntermediateDirectories: true) }
        let set = FileSet(directory: out.path, files: [("orchplan.yaml", "new"), ("manifests/b.yaml", "new")])
        func refusal() -> String {
            do throws(CommandFailure) {
                try set.write()
                return "written"
            } catch {
                return error.view?.text(ViewFormat()) ?? ""
            }
        }
        func link(_ name: String, _ target: String) throws {
            try? manager.removeItem(at: out.appendingPathComponent(name))
            try manager.createSymbolicLink(atPath: out.appendingPathComponent(name).path, withDestinationPath: target)
        }
        try link("manifests", elsewhere.path)
        #expect(refusal().contains("manifests is a link that leads out of the project, to \(elsewhere.path)"))
        try link("manifests", "nowhere")
        #expect(refusal().contains("manifests is a link that leads nowhere"))
        try manager.removeItem(at: out.appendingPathComponent("manifests"))
        // A link in the place of a file stays what it is, also one that leads nowhere.
        for target in ["nowhere", elsewhere.path + "/orchplan.yaml"] {
            try link("orchplan.yaml", target)
            #expect(refusal().contains("orchplan.yaml is a link, and links are not replaced"))
        }
        try manager.removeItem(at: out.appendingPathComponent("orchplan.yaml"))
        // A name beside the place that somebody left, or put there, is not written through.
        let other = elsewhere.appendingPathComponent("other")
        try Data("mine".utf8).write(to: other)
        try link("orchplan.yaml.orchplan-new", other.path)
        try manager.createDirectory(at: out.appendingPathComponent("real"), withIntermediateDirectories: true)
        try link("manifests", "real")
        #expect(refusal() == "written", "a link inside of the project is followed")
        #expect(try String(contentsOf: other, encoding: .utf8) == "mine")
        #expect(try manager.contentsOfDirectory(atPath: elsewhere.path) == ["other"])
        let written = try manager.subpathsOfDirectory(atPath: out.path).sorted()
        #expect(written == ["manifests", "orchplan.yaml", "real", "real/b.yaml"], "\(written)")
    }

    @Test("explaining and schemas need no project, and so no name of one")
    func withoutProject() {
        #expect(!ExplainCommand.needsProject && !SchemaCommand.needsProject && PlanCommand.needsProject)
    }
}
