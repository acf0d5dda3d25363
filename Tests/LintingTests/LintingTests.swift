import Linting
import Manifests
import ResourceModel
import SourceDiagnostics
import Testing

@Suite("Lint rules look at what was compiled")
struct LintingTests {
    private struct OneFile: ManifestFiles {
        var text: String
        func status(_ path: String) throws(FileProblem) -> FileStatus? {
            FileStatus(kind: .regular, size: text.utf8.count, mode: 0o600, identity: FileIdentity(device: 1, inode: 1))
        }
        func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] { [] }
        func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
            SourceFile(path: shownAs, text: text)
        }
        func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { SourceFile(path: "-", text: text) }
        func canonical(_ path: String) -> String? { path }
    }

    private func findings(_ spec: String, levels: [String: String] = [:]) async -> [Diagnostic] {
        var request = CompileRequest(project: "p", root: "/p", paths: ["/p/a.yaml"])
        request.files = OneFile(
            text: "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {\(spec)}\n"
        )
        return LintRegistry.lint(await Compiler.compile(request), levels: levels)
    }

    @Test("an image that moves is a finding at the image")
    func imageTag() async {
        for image in ["nginx", "'nginx:latest'", "'localhost:5000/a/b'"] {
            let found = await findings("image: \(image)")
            #expect(found.map(\.code.slug) == ["image-tag"])
            #expect(found.first?.primary?.range.start ?? 0 > 60)
        }
        #expect(await findings("image: 'nginx:1.27'").isEmpty)
        #expect(await findings("image: 'nginx@sha256:\(String(repeating: "a", count: 64))'").isEmpty)
    }

    @Test("rollback needs something that tells a failure")
    func rollback() async {
        let found = await findings("image: 'a:1', update: {onFailure: rollback}")
        #expect(found.map(\.code.slug) == ["rollback-without-healthcheck"])
        #expect(await findings("image: 'a:1', update: {onFailure: rollback}, healthcheck: {tcp: {port: 1}}").isEmpty)
    }

    @Test("one published instance is away in an update; a project can raise or silence a rule")
    func levels() async {
        let spec = "image: 'a:1', ports: ['80:80']"
        #expect(await findings(spec).map(\.severity) == [.note])
        #expect(await findings(spec, levels: ["single-replica-stop-first": "error"]).map(\.severity) == [.error])
        #expect(await findings(spec, levels: ["single-replica-stop-first": "off"]).isEmpty)
        let unknown = await findings("image: 'a:1'", levels: ["imge-tag": "off"])
        #expect(unknown.map(\.severity) == [.error])
        #expect(unknown.first?.help.first?.text.contains("`image-tag`") == true)
    }
}
