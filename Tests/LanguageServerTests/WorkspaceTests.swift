import Linting
import Manifests
import ResourceModel
import SourceDiagnostics
import Testing

@testable import LanguageServer

@Suite("The whole project is checked while somebody types")
struct WorkspaceTests {
    private static let project = """
        project: p
        lint:
          rules: {image-tag: off, no-healthcheck: off, no-memory-limit: off, lonely-network: off, unused-resource: off}

        """
    private static let web =
        "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {image: a:1, networks: [front]}\n"
    private static let front = "apiVersion: orchplan/v1\nkind: Network\nmetadata: {name: front}\n"

    private func client(_ files: [String: String]) async -> Client {
        var client = Client(files.merging(["orchplan.yaml": Self.project]) { own, _ in own })
        await client.start()
        return client
    }

    @Test("what is wrong in closed files is told, and taken back when an open one mends it")
    func otherFiles() async {
        var client = await client(["manifests/web.yaml": Self.web, "manifests/net.yaml": "kind: [\n"])
        #expect(client.diagnostics("manifests/web.yaml") == nil)
        #expect(client.diagnostics("manifests/net.yaml") == ["1 OP1003"])
        await client.open("manifests/net.yaml", "apiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: front}\n")
        #expect(client.diagnostics("manifests/web.yaml")?.contains("4 OP2102") == true, "\(client.transcript)")
        await client.replace("manifests/net.yaml", Self.front, version: 2)
        #expect(client.diagnostics("manifests/web.yaml") == [])
        #expect(client.diagnostics("manifests/net.yaml") == [])
        // A closed document is what the disk holds.
        await client.notify("textDocument/didClose", #"{"textDocument":{"uri":"file:///p/manifests/net.yaml"}}"#)
        #expect(client.diagnostics("manifests/net.yaml") == ["1 OP1003"])
        client.files.files["/p/manifests/net.yaml"] = Self.front
        await client.notify("workspace/didChangeWatchedFiles", #"{"changes":[]}"#)
        #expect(client.diagnostics("manifests/net.yaml") == [])
    }

    @Test("a new document counts before it is saved; two in one file are told apart; lines may end with CRLF")
    func documents() async {
        var client = await client(["manifests/web.yaml": Self.web])
        #expect(client.diagnostics("manifests/web.yaml")?.isEmpty == false)
        let both =
            Self.front + "---\n" + "apiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: v}\nspec: {driverr: x}\n"
        await client.open("manifests/new.yaml", both.split(separator: "\n").joined(separator: "\r\n") + "\r\n")
        #expect(client.diagnostics("manifests/web.yaml") == [])
        #expect(client.diagnostics("manifests/new.yaml")?.first == "8 OP2003", "\(client.transcript)")
    }

    @Test("the project file is checked as it is typed, and its settings hold at once")
    func projectFile() async {
        var client = await client(["manifests/net.yaml": Self.front, "manifests/web.yaml": Self.web])
        await client.open("orchplan.yaml", "project: p\nlint: {rules: {image-tagg: off}}\n")
        #expect(client.diagnostics("orchplan.yaml")?.count == 1, "\(client.transcript)")
        await client.replace("orchplan.yaml", Self.project, version: 2)
        #expect(client.diagnostics("orchplan.yaml") == [])
    }

    @Test("what the project's baseline knows is not told, and one that cannot be read hides nothing")
    func baseline() async throws {
        let web = Self.web.replacing("networks: [front]", with: "privileged: true, tty: true")
        let settings = "project: p\nlint: {baseline: known.txt, rules: {image-tag: off}}\n"
        var client = await client(["manifests/web.yaml": web, "orchplan.yaml": settings])
        let all = try #require(client.diagnostics("manifests/web.yaml"))
        #expect(all.contains("4 OP5042") && all.contains("4 OP5067"), "\(all)")
        let files = client.files
        let loaded = LoadedProject.load("/p/orchplan.yaml", files: files)
        let project = ProjectSettings.resolve(
            flags: .init(),
            environment: [:],
            file: loaded,
            workingDirectory: "/p"
        )
        var request = CompileRequest(project, workingDirectory: "/p", capabilities: nil)
        request.files = files
        let result = await Compiler.compile(request)
        let found = LintRegistry.check(result, settings: project.lint).filter { $0.code.slug == "privileged" }
        let identities = FindingLocator(result, sources: result.sources).identities(found)
        let known = zip(found, identities).map { Finding($0, identity: $1) }
        client.files.files["/p/known.txt"] = Baseline.text(known, sources: result.sources)
        await client.notify("workspace/didChangeWatchedFiles", #"{"changes":[]}"#)
        #expect(client.diagnostics("manifests/web.yaml") == all.filter { $0 != "4 OP5042" })
    }

    @Test("what the project's policy forbids is told, and taken back when the policy allows it")
    func policies() async {
        var client = await client([
            "orchplan.yaml": Self.project + "policy: policy.yaml\n", "policy.yaml": "images: {allow: []}\n",
            "manifests/net.yaml": Self.front, "manifests/web.yaml": Self.web,
        ])
        #expect(
            client.diagnostics("manifests/web.yaml")?.contains { $0.hasSuffix("OP6003") } == true,
            "\(client.transcript)"
        )
        client.files.files["/p/policy.yaml"] = "images: {allow: ['**']}\n"
        await client.notify("workspace/didChangeWatchedFiles", #"{"changes":[]}"#)
        #expect(client.diagnostics("manifests/web.yaml") == [])
    }

    @Test("YAML of other tools is left alone; a manifest outside of the project's folders is checked by itself")
    func outsiders() async {
        var client = await client(["manifests/net.yaml": Self.front, "manifests/web.yaml": Self.web])
        await client.open(".github/ci.yaml", "on: push\njobs: [\n")
        #expect(client.diagnostics(".github/ci.yaml") == [])
        await client.open("examples/a.yaml", Self.web)
        #expect(client.diagnostics("examples/a.yaml")?.count == 1, "\(client.transcript)")
        #expect(client.diagnostics("manifests/web.yaml") ?? [] == [])
    }

    @Test("an overlay is checked with the environment that it belongs to")
    func overlays() async {
        var client = await client([
            "orchplan.yaml": Self.project + "environments: {prod: {overlays: [overlays/prod]}}\n",
            "manifests/net.yaml": Self.front, "manifests/web.yaml": Self.web,
            "overlays/prod/web.yaml":
                "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {replicas: 3}\n",
        ])
        let text = "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {replicass: 3}\n"
        await client.open("overlays/prod/web.yaml", text)
        #expect(client.diagnostics("overlays/prod/web.yaml") == ["4 OP2003"], "\(client.transcript)")
        await client.replace("overlays/prod/web.yaml", text.replacing("replicass", with: "replicas"), version: 2)
        #expect(client.diagnostics("overlays/prod/web.yaml") == [])
    }

    @Test("another name reaches the overlays of all environments, whichever is open", arguments: ["base", "prod"])
    func renamedOverlays(_ opened: String) async {
        let overlay = "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: {replicas: 3}\n"
        let other = "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: job}\nspec: {dependsOn: [web]}\n"
        var client = await client([
            "orchplan.yaml": Self.project
                + "environments: {prod: {overlays: [overlays/prod]}, test: {overlays: [overlays/test]}}\n",
            "manifests/net.yaml": Self.front, "manifests/web.yaml": Self.web,
            "overlays/prod/web.yaml": overlay, "overlays/test/all.yaml": overlay + "---\n" + other,
        ])
        let file = opened == "base" ? "manifests/web.yaml" : "overlays/prod/web.yaml"
        await client.open(file, opened == "base" ? Self.web : overlay)
        let place = TextPosition(line: 2, column: 18)
        let named = await client.ask("references", file, place, #","context":{"includeDeclaration":true}"#)
        #expect(named.array?.count == 4, "\(named)")
        let answer = await client.ask("rename", file, place, #","newName":"site""#)
        let edits = (answer["changes"]?.object ?? [])
            .flatMap { member in
                (member.value.array ?? [])
                    .map { edit in
                        let start = edit["range", "start"] ?? .null
                        return "\(member.key.dropFirst(10)):\(start["line"]?.integer ?? -1):"
                            + "\(start["character"]?.integer ?? -1)"
                    }
            }
        #expect(
            edits.sorted() == [
                "manifests/web.yaml:2:17", "overlays/prod/web.yaml:2:17", "overlays/test/all.yaml:2:17",
                "overlays/test/all.yaml:8:19",
            ],
            "\(answer)"
        )
    }

    @Test("places of an older text are never told")
    func stale() async {
        var client = await client(["manifests/net.yaml": Self.front])
        client.holdsChecks = true
        await client.open("manifests/web.yaml", Self.web.replacing("image", with: "imag"))
        await client.replace("manifests/web.yaml", "# moved\n" + Self.web.replacing("image", with: "imag"), version: 2)
        await client.release()
        let versions = client.received.filter { $0["params", "uri"] == .string("file:///p/manifests/web.yaml") }
            .compactMap { $0["params", "version"]?.integer }
        #expect(versions == [2])
        #expect(client.diagnostics("manifests/web.yaml")?.contains("5 OP2003") == true)
    }
}
