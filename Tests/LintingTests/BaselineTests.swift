import Linting
import Manifests
import ResourceModel
import SourceDiagnostics
import Testing

@Suite("Baselines know findings by what they are about, never by their lines")
struct BaselineTests {
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

    private static let web = """
        apiVersion: orchplan/v1
        kind: Service
        metadata: {name: web}
        spec:
          image: nginx
          privileged: true
          environment: {"a-b": x}
          ports:
            - {name: http, target: 80, published: 5432}
            - {target: 81, published: 6379}
            - {target: 82, published: 3306}

        """

    private func findings(_ text: String) async -> (findings: [Finding], sources: SourceMap) {
        var request = CompileRequest(project: "p", root: "/p", paths: ["/p/a.yaml"])
        request.files = OneFile(text: text)
        let result = await Compiler.compile(request)
        let diagnostics = result.sources.sorted(LintRegistry.check(result))
        let identities = FindingLocator(result, sources: result.sources).identities(diagnostics)
        return (zip(diagnostics, identities).map { Finding($0, identity: $1) }, result.sources)
    }

    private func baseline(_ text: String) throws(BaselineFault) -> Baseline {
        try Baseline(SourceFile(path: "b.txt", text: text), id: SourceID(9))
    }

    @Test("a resource, a field and a fingerprint of its own for every finding")
    func identities() async {
        let found = await findings(Self.web).findings
        let prints = found.compactMap { $0.identity?.fingerprint }
        #expect(prints.count == found.count && Set(prints).count == prints.count)
        #expect(prints.allSatisfy { $0.utf8.count == 32 })
        let fields = Dictionary(grouping: found) { $0.diagnostic.code.slug }.mapValues { $0.map(\.identity?.field) }
        #expect(fields["image-tag"] == ["spec.image"])
        #expect(fields["privileged"] == ["spec.privileged"])
        #expect(fields["odd-variable-name"] == ["spec.environment.a-b"])
        #expect(found.allSatisfy { $0.identity?.resource == "service/web" })
    }

    @Test(
        "moving lines, other documents and new neighbours leave all known; a new finding is new, and one gone is stale"
    )
    func matching() async throws {
        let (before, sources) = await findings(Self.web)
        let text = Baseline.text(before, sources: sources)
        let known = try baseline(text)
        var moved = await findings(
            "# a comment\n\napiVersion: orchplan/v1\nkind: Volume\nmetadata: {name: a}\nspec: {}\n---\n"
                + Self.web.replacing("spec:\n", with: "spec:\n  # moved\n")
                .replacing("ports:\n", with: "ports:\n    - {name: first, target: 70, published: 7070}\n")
        )
        .findings
        #expect(known.apply(to: &moved).isEmpty)
        let new = moved.filter { $0.standing == .counts }
        #expect(new.allSatisfy { $0.identity?.resource == "volume/a" }, "\(new.map(\.diagnostic.message))")
        var other = await findings(Self.web.replacing("privileged: true", with: "hostname: 'x y'")).findings
        let stale = known.apply(to: &other)
        #expect(stale.map(\.rule) == ["OP5042"] && stale.map(\.resource) == ["service/web"])
        var same = before
        #expect(known.apply(to: &same).isEmpty)
        let counting = same.filter { $0.standing == .counts }
        #expect(counting.isEmpty, "\(counting.map(\.diagnostic.message))")
        #expect(Baseline.text(same, sources: sources) == text, "what is known stays known when it is written anew")
    }

    @Test("the file is sorted lines of four words, which git merges; comments and repeated lines do no harm")
    func form() async throws {
        let (found, sources) = await findings(Self.web)
        let text = Baseline.text(found, sources: sources)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == found.count && lines == lines.sorted())
        #expect(lines.allSatisfy { $0.split(separator: " ").count == 4 })
        #expect(lines.contains { $0.hasPrefix("service/web spec.environment.a-b OP5060/odd-variable-name ") })
        let twice = try baseline(text + "\n# why: because\n" + lines.joined(separator: "\n") + "\n")
        #expect(twice.entries.count == lines.count)
        #expect(throws: BaselineFault.noBaseline) { try self.baseline("") }
        #expect(throws: BaselineFault.newer) { try self.baseline("# orchplan lint baseline 2\n") }
        #expect(throws: BaselineFault.misread(2)) { try self.baseline("# orchplan lint baseline 1\n<<<<<<< ours\n") }
    }

    @Test("errors of the compiler are never known: nothing is planned with one")
    func errors() async throws {
        let (found, sources) = await findings(Self.web.replacing("privileged", with: "privilegde"))
        #expect(found.contains { $0.diagnostic.code.slug == "unknown-field" })
        let text = Baseline.text(found, sources: sources)
        #expect(!text.contains("unknown-field") && text.contains("image-tag"))
    }

    @Test("a selection takes names, numbers and groups, and brings in a rule that is off when it is named")
    func selection() {
        func levels(_ selection: LintSelection, _ project: [String: String] = [:]) -> [String: String] {
            var settings = LintSettings()
            settings.levels = project
            return selection.applied(to: settings).levels
        }
        let only = levels(LintSelection(only: ["images"], skipped: ["OP5001"]))
        #expect(only["image-tag"] == "off" && only["privileged"] == "off" && only["never-pulled"] == nil)
        #expect(only["image-digest"] == nil, "a group brings in what is on alone")
        #expect(levels(LintSelection(only: ["image-digest"]), ["OP5004": "off"])["image-digest"] == "warning")
        #expect(levels(LintSelection(skipped: ["security"]), ["privileged": "error"])["privileged"] == "off")
        #expect(levels(LintSelection(), ["image-tag": "error"]) == ["image-tag": "error"])
        #expect(
            levels(LintSelection(only: ["op5001", "Images"])) == levels(LintSelection(only: ["OP5001", "images"]))
        )
        #expect(levels(LintSelection(only: ["op5004"]), ["op5004": "off"])["image-digest"] == "warning")
        #expect(LintSelection(only: ["op5001", "IMAGES", "Image-Tag"]).unknown == nil)
        #expect(LintSelection(only: ["op9001"]).unknown?.nearest == "OP5001")
        #expect(LintSelection(skipped: ["op2031"]).unknown?.compilerCode?.slug == "unset-variable")
        let unknown = LintSelection(only: ["image-tga"]).unknown
        #expect(unknown?.word == "image-tga" && unknown?.nearest == "image-tag")
    }
}
