import Foundation
import Testing

@testable import Manifests

@Suite("Bad input is refused with a diagnostic that says what to do")
struct BadInputTests {
    @Test("every file of BadInput gives the recorded diagnostics")
    func goldenFiles() async throws {
        let folder = Golden.root.appendingPathComponent("BadInput")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(names.count > 20)
        for name in names.sorted() {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            let result = await compile(text, variables: ["SET": "x", "DB_PASSWORD": "p", "EMPTY": ""])
            #expect(result.graph == nil, "\(name) compiles")
            let expected = folder.appendingPathComponent(String(name.dropLast(5)) + ".txt")
            Golden.expect(result.text, at: expected)
        }
    }
}
