import Foundation
import Testing

@testable import Manifests

@Suite("The schemas say what the decoder takes")
struct SchemaTests {
    @Test("schemas/ holds what the tables generate")
    func golden() {
        let folder = Golden.root.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("schemas")
        if Golden.isRecording { try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        for file in SchemaGenerator.files() {
            Golden.expect(file.text, at: folder.appendingPathComponent(file.name))
        }
    }

    @Test("every schema is JSON")
    func isJSON() throws {
        for file in SchemaGenerator.files() {
            let value = try JSONSerialization.jsonObject(with: Data(file.text.utf8)) as? [String: Any]
            #expect(value?["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
        }
    }

    @Test("explain finds fields at every depth, in lists and maps too")
    func explain() {
        #expect(Explain.lookup("service.healthcheck.interval")?.defaultText == "30s")
        #expect(Explain.lookup("Service.spec.ports[].published")?.type == FieldType.portRange.text)
        #expect(Explain.lookup("service.ulimits.nofile.soft")?.isRequired == true)
        #expect(Explain.lookup("network")?.fields.count == NetworkDraft.table.rows.count)
        #expect(Explain.lookup("project.environments.production.overlays") != nil)
        #expect(Explain.lookup("service.nonsense") == nil)
        #expect(Explain.lookup("nonsense") == nil)
    }
}
