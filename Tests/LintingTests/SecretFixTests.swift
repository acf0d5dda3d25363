import SourceDiagnostics
import Testing

@testable import Linting

@Suite("Fixes of a Secret show none of its values")
struct SecretFixTests {
    private let text = """
        apiVersion: orchplan/v1
        kind: Secret
        metadata: {name: s}
        spec:
          file: s.txt
          protect: yes
          labels: {a: {{ hunter2 }}}

        """

    @Test("a variable in a map that has to be a text is mended around its value")
    func variables() async throws {
        for item in ["- DB_PASSWORD: hunter2", "- {DB_PASSWORD: hunter2}"] {
            let text = service("\n  image: a:1\n  environment:\n    \(item)")
            let linted = await lint(text)
            let json = JSONRenderer(linted.sources).render(linted.result.diagnostics)
            #expect(!linted.result.diagnostics.isEmpty && !json.contains("hunter2"), "\(json)")
            #expect(try await fix(text).text.contains("    - DB_PASSWORD=hunter2\n"))
        }
    }

    @Test("neither the text, nor the JSON, nor the diff")
    func hidden() async throws {
        let linted = await lint(text)
        let shown = TextRenderer(linted.sources).render(linted.result.diagnostics)
        let json = JSONRenderer(linted.sources).render(linted.result.diagnostics)
        let fixed = try await fix(text)
        #expect(!linted.result.diagnostics.isEmpty)
        for output in [shown, json, fixed.diff] { #expect(!output.contains("hunter2"), "\(output)") }
    }
}
