import Manifests
import OrchplanTestSupport
import SourceDiagnostics
import Testing

@testable import Linting

@Suite("Every rule finds what its failing example shows, and nothing in its passing one")
struct ExampleTests {
    @Test("the failing example is hit, where Golden/findings.txt shows it")
    func failing() async throws {
        var shown = ""
        for rule in LintRule.all {
            let linted = await lint(rule.example.failing, levels: [rule.code.slug: "error"])
            #expect(linted.result.graph != nil, "\(TextRenderer(linted.sources).render(linted.result.diagnostics))")
            let hits = linted.findings.filter { $0.code == rule.code }
            #expect(!hits.isEmpty, "\(rule.code.slug)")
            for hit in hits {
                #expect(hit.primary?.range.isEmpty == false && !hit.message.hasSuffix(".") && !hit.help.isEmpty)
                shown += TextRenderer(linted.sources).renderOne(hit) + "\n"
            }
        }
        let mismatch = GoldenFile("findings.txt").mismatch(shown)
        #expect(mismatch == nil, "\(mismatch ?? "")")
    }

    @Test("the passing example is good in the eyes of every rule", arguments: LintRule.all.map(\.code.slug))
    func passing(_ slug: String) async throws {
        let rule = try #require(LintRule.all.first { $0.code.slug == slug })
        let linted = await lint(rule.example.passing, levels: [slug: "error"])
        #expect(linted.result.graph != nil, "\(TextRenderer(linted.sources).render(linted.result.diagnostics))")
        #expect(!linted.codes.contains(slug))
        let others = linted.findings.filter { $0.severity > .note }
        #expect(others.isEmpty, "\(TextRenderer(linted.sources).render(others))")
    }

    @Test("numbers rise, names are words and dashes, options belong to their rule")
    func registry() {
        let codes = LintRule.all.map(\.code)
        #expect(codes == codes.sorted())
        #expect(Set(LintRegistry.codes.flatMap { [$0.id, $0.slug] }).count == 2 * LintRegistry.codes.count)
        for rule in LintRule.all {
            #expect(rule.code.slug.allSatisfy { $0.isLowercase || $0 == "-" })
            #expect(rule.options.allSatisfy { $0.rule == rule.code.slug })
            #expect(rule.why.hasSuffix(".") && rule.why != rule.code.summary)
        }
    }
}
