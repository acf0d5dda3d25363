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

    @Test(
        "every row of the table is refused, told or taken as it says, and shows the recorded text",
        arguments: BadInputRow.all
    )
    func row(_ row: BadInputRow) async {
        let result = await compile(row.files, change: row.change)
        switch row.outcome {
        case .refused: #expect(result.graph == nil && result.diagnostics.hasErrors)
        case .told: #expect(result.graph != nil && !result.diagnostics.isEmpty)
        case .accepted: #expect(result.graph != nil && result.diagnostics.isEmpty)
        }
        let text = result.text.isEmpty ? "accepted\n" : result.text
        #expect(
            !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" },
            "control characters reach the terminal"
        )
        Golden.expect(text, at: Golden.root.appendingPathComponent("BadInput/rows/\(row.name).txt"))
    }

    @Test("the table has 84 rows, and each has its file")
    func rows() throws {
        let own = Set(BadInputRow.all.compactMap { Int($0.name.prefix(2)) })
        #expect(own.union(BadInputRow.elsewhere.keys) == Set(1...84))
        let folder = Golden.root.appendingPathComponent("BadInput")
        // While goldens are recorded the files come one by one.
        guard !Golden.isRecording else { return }
        let rows = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("rows").path)
        #expect(Set(rows) == Set(BadInputRow.all.map { $0.name + ".txt" }))
        let lint = Golden.root.deletingLastPathComponent().appendingPathComponent("LintingTests/Golden/findings.txt")
        let findings = try String(contentsOf: lint, encoding: .utf8)
        for name in BadInputRow.elsewhere.values {
            if name.hasPrefix("lint ") {
                #expect(findings.contains("[\(name.dropFirst(5))]"))
            } else {
                let file = folder.appendingPathComponent(name + ".txt")
                #expect(FileManager.default.fileExists(atPath: file.path), "\(name)")
            }
        }
    }

    @Test("what is accepted means what it says")
    func accepted() async throws {
        let text = service(
            "web",
            "image: app:1\ncommand: \"x; rm -rf /\"\nports: [22:22]\nenvironment: {TAG: 1.20, SIZE: 1e3, X: \"${X}\"}"
        )
        let result = await compile(text, variables: ["X": "a\nprivileged: true"])
        let web = try #require(result.service())
        #expect(web.command == ["x;", "rm", "-rf", "/"])
        #expect(web.ports.map(\.target) == [22] && web.ports.first?.published?.text == "22")
        #expect(web.environment == ["TAG": .text("1.20"), "SIZE": .text("1e3"), "X": .text("a\nprivileged: true")])
        #expect(!web.privileged)
    }
}
