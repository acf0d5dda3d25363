import Manifests
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Linting

@Suite("What is only counted is told as if everything had been looked at")
struct FirstFindingsTests {
    /// Two thousand services, whose names, files and lines are in different orders, one laid over by a file
    /// that comes before all others.
    private func compiled(_ extra: String = "") async -> CompileResult {
        func documents(_ numbers: some Sequence<Int>) -> String {
            numbers.map { number in
                """
                apiVersion: orchplan/v1
                kind: Service
                metadata: {name: s\(number)}
                spec:
                  image: nginx
                  \(number % 7 == 0 ? "privileged: true" : "tty: true")
                  \(number % 5 == 0 ? "stopGracePeriod: 0s" : "environment: {A-\(number): b}")
                ---

                """
            }
            .joined()
        }
        var files: [String: String] = [:]
        files["/p/m.yaml"] = documents((0..<700).reversed())
        files["/p/z.yaml"] = documents(700..<1400)
        files["/p/b.yaml"] = extra + documents(1400..<2100)
        files["/p/a.yaml"] = """
            apiVersion: orchplan/v1
            kind: Service
            metadata: {name: s900}
            spec: {environment: {"late-one": x}}

            """
        var request = CompileRequest(project: "p", root: "/p", paths: ["/p/z.yaml", "/p/m.yaml", "/p/b.yaml"])
        request.overlays = ["/p/a.yaml"]
        request.files = MemoryFiles(files: files)
        return await Compiler.compile(request)
    }

    private func text(_ result: CompileResult, _ settings: LintSettings, limit: Int, counting: Bool) -> String {
        let outcome = LintRegistry.examine(result, settings: settings, atLength: counting ? limit : nil)
        var report = Report(result.sources, result.sources.sorted(outcome.findings).map { Finding($0) })
        report.further = outcome.further
        #expect(outcome.further.isEmpty != counting, "nothing was only counted, so nothing was tried")
        var options = TextRenderer.Options(totalFiles: 4)
        options.limit = limit
        var bytes: [UInt8] = []
        report.write(.text, options: options) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("whatever the limit", arguments: [1, 50])
    func sameText(limit: Int) async {
        let result = await compiled()
        #expect(result.graph != nil, "\(TextRenderer(result.sources).render(result.diagnostics))")
        var settings = LintSettings()
        settings.levels = ["image-tag": "error", "image-digest": "note", "terminal-of-a-service": "error"]
        let whole = text(result, settings, limit: limit, counting: false)
        let counted = text(result, settings, limit: limit, counting: true)
        // Whether each fix can be made was not looked at.
        #expect(counted.replacing("; up to ", with: "; ") == whole)
        #expect(counted.contains("; up to ") && whole.contains("a.yaml"))
    }

    @Test("where a comment silences anything, everything is looked at")
    func suppressions() async {
        let result = await compiled("# orchplan: ignore-file=image-tag tried out by hand\n")
        let outcome = LintRegistry.examine(result, atLength: 1)
        #expect(outcome.further.isEmpty && outcome.silenced.count == 700)
    }
}
