import Foundation
import Testing

@testable import Manifests

@Suite("The reference says what the decoder takes")
struct ReferenceTests {
    private let markdown = ReferenceGenerator.markdown()

    @Test("docs/manifests.md holds what the tables generate")
    func golden() {
        let root = Golden.root.deletingLastPathComponent().deletingLastPathComponent()
        Golden.expect(markdown, at: root.appendingPathComponent("docs/manifests.md"))
    }

    @Test("every record has one section, and every link leads to one")
    func links() {
        let lines = markdown.split(separator: "\n")
        let anchors = lines.filter { $0.hasPrefix("#") }
            .map { $0.drop { $0 == "#" || $0 == " " }.lowercased().replacingOccurrences(of: " ", with: "-") }
        #expect(Set(anchors).count == anchors.count)
        for link in markdown.matches(of: /\]\(#([^)]+)\)/) { #expect(anchors.contains(String(link.output.1))) }
    }

    @Test("every row of a table has as many cells as its head")
    func tables() {
        var width: Int?
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            let cells = line.replacingOccurrences(of: "\\|", with: "").count { $0 == "|" }
            guard line.hasPrefix("|") else {
                width = nil
                continue
            }
            #expect(cells == width ?? cells, "\(line)")
            width = cells
        }
    }
}
