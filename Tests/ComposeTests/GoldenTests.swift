import Compose
import Foundation
import Manifests
import OrchplanTestSupport
import ResourceModel
import SourceDiagnostics
import SwarmDriver
import Testing
import YAMLDocuments

@Suite("A stack becomes the manifests that somebody would have written")
struct GoldenTests {
    @Test(
        "the recorded files and the recorded words",
        arguments: ["stack", "overlaid", "anchors", "comments", "development", "local", "broken"]
    )
    func golden(_ name: String) async throws {
        try await Inputs.with(name) { folder in
            var request = Inputs.request(
                folder,
                name == "overlaid" ? ["compose.yaml", "production.yaml"] : ["compose.yaml"]
            )
            request.values = name == "anchors" ? ["VERSION": "2.1"] : ["MYSQL_PASSWORD": "from-a-file"]
            let conversion = await ComposeConverter.convert(request)
            let lost = conversion.lostComments.map { "comments that have no place: \($0)\n" }.joined()
            let text = conversion.told + conversion.written + lost
            if let mismatch = GoldenFile("\(name).txt").mismatch(text) { Issue.record(Comment(rawValue: mismatch)) }
            let again = await ComposeConverter.convert(request)
            #expect(again.files == conversion.files && again.told == conversion.told, "the same each time")
            #expect(conversion.files.isEmpty == (name == "broken"))
            for file in conversion.files {
                let layout = LayoutFormatter.format(SourceFile(path: file.path, text: file.text))
                guard case .unchanged = layout else {
                    Issue.record("`orchplan fmt` would change \(file.path)")
                    continue
                }
            }
        }
    }

    @Test(
        "what is written lints without an error, on a disk and with nothing set but what the project file sets",
        arguments: ["stack", "overlaid", "anchors", "comments", "development", "local"]
    )
    func lints(_ name: String) async throws {
        try await Inputs.with(name) { folder in
            var request = Inputs.request(
                folder,
                name == "overlaid" ? ["compose.yaml", "production.yaml"] : ["compose.yaml"]
            )
            request.values = ["VERSION": "2.1", "MYSQL_PASSWORD": "x"]
            let conversion = await ComposeConverter.convert(request)
            for file in conversion.files {
                let place = URL(fileURLWithPath: folder).appendingPathComponent(file.path)
                try FileManager.default
                    .createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: place)
            }
            let project = try #require(LoadedProject.find(from: folder, files: DiskFiles()))
            #expect(project.diagnostics.isEmpty)
            let settings = ProjectSettings.resolve(
                flags: ProjectSettings.Flags(),
                environment: ["HOME": "/root"],
                file: project,
                workingDirectory: folder
            )
            #expect(settings.diagnostics.isEmpty && settings.driver.name == conversion.driver)
            let result = await Compiler.compile(
                CompileRequest(
                    settings,
                    workingDirectory: folder,
                    capabilities: request.capabilities[conversion.driver]
                )
            )
            let errors = result.diagnostics.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(TextRenderer(result.sources).render(errors))")
            let declared = Set(conversion.files.flatMap(\.resources))
            #expect(Set(result.graph?.resources.map { "\($0.address)" } ?? []) == declared)
        }
    }
}
