import Foundation
import OrchplanTestSupport
import Testing

@testable import Linting

@Suite("The pages of docs/rules say what the rules say")
struct RulePageTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/rules")

    @Test("docs/rules holds what is generated, and nothing else")
    func golden() throws {
        let pages = RulePages.all()
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try? FileManager.default.removeItem(at: Self.folder)
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            for (name, text) in pages {
                try text.write(to: Self.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            return
        }
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(found) == Set(pages.map(\.name)))
        for (name, text) in pages {
            let recorded = try? String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
            #expect(text == recorded, "\(name) differs: RECORD_GOLDEN=1 writes it anew")
        }
    }

    @Test("every rule is in the index and leads to its section")
    func links() throws {
        let pages = Dictionary(uniqueKeysWithValues: RulePages.all().map { ($0.name, $0.text) })
        let index = try #require(pages["README.md"])
        let links = index.matches(of: /\[([a-z0-9-]+)\]\(([a-z]+\.md)#([a-z0-9-]+)\)/)
        #expect(links.count == LintRule.all.count)
        for link in links {
            let headings = (pages[String(link.output.2)] ?? "").split(separator: "\n").filter { $0.hasPrefix("## ") }
                .map { $0.dropFirst(3).lowercased().replacingOccurrences(of: " ", with: "-") }
            #expect(headings.contains(String(link.output.3)))
        }
    }
}
