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
