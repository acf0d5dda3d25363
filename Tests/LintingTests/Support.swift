import Foundation
import Manifests
import ResourceModel
import SourceDiagnostics
import Testing

@testable import Linting

/// Files in memory, below `/p`.
struct MemoryFiles: ManifestFiles {
    var files: [String: String]

    func status(_ path: String) throws(FileProblem) -> FileStatus? {
        files[path]
            .map {
                FileStatus(
                    kind: .regular,
                    size: $0.utf8.count,
                    mode: 0o600,
                    identity: FileIdentity(device: 1, inode: UInt64(path.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
                )
            }
    }
    func entries(_ directory: String) throws(FileProblem) -> [DirectoryEntry] { [] }
    func read(_ path: String, shownAs: String, limit: Int) throws(FileProblem) -> SourceFile {
        guard let text = files[path] else { throw .missing }
        return SourceFile(path: shownAs, text: text)
    }
    func readStandardInput(limit: Int) throws(FileProblem) -> SourceFile { SourceFile(path: "-", text: "") }
    func canonical(_ path: String) -> String? { files[path] == nil ? nil : path }
}

/// What lint gave.
struct Linted {
    var result: CompileResult
    /// The files of the run and, where there is one, the project file.
    var sources: SourceMap
    var findings: [Diagnostic]

    var codes: [String] { findings.map(\.code.slug) }

    /// `line slug` of each finding.
    var places: [String] {
        findings.map { finding in
            let line = finding.primary.flatMap { sources.position(of: $0.range)?.line } ?? 0
            return "\(line) \(finding.code.slug)"
        }
    }

    func text(of finding: Diagnostic) -> String? {
        finding.primary.flatMap { label in sources[label.range.file]?.text(in: label.range) }
    }
}

/// Lints texts as files of `/p`, in the order of their names.
func lint(
    _ files: [String: String],
    project: String? = nil,
    levels: [String: String] = [:],
    driver: String? = nil
) async -> Linted {
    var request = CompileRequest(project: "p", root: "/p", paths: files.keys.sorted().map { "/p/" + $0 })
    request.files = MemoryFiles(files: Dictionary(uniqueKeysWithValues: files.map { ("/p/" + $0.key, $0.value) }))
    let result = await Compiler.compile(request)
    var sources = result.sources
    var settings = LintSettings()
    if let project {
        let path = "/p/orchplan.yaml"
        let loaded = LoadedProject.load(path, files: MemoryFiles(files: [path: project]))
        #expect(loaded.diagnostics.isEmpty, "\(TextRenderer(loaded.sources).render(loaded.diagnostics))")
        settings = loaded.project.lint ?? LintSettings()
        if let file = loaded.sources.files.first { settings = settings.moved(to: sources.add(file)) }
    }
    settings.levels.merge(levels) { $1 }
    let capabilities = driver.map { Capabilities(driver: $0, nativeRollout: $0 == "swarm") }
    let findings = LintRegistry.check(result, settings: settings, capabilities: capabilities)
    return Linted(result: result, sources: sources, findings: sources.sorted(findings))
}

func lint(
    _ text: String,
    project: String? = nil,
    levels: [String: String] = [:],
    driver: String? = nil
) async -> Linted {
    await lint(["a.yaml": text], project: project, levels: levels, driver: driver)
}

/// The manifest of a service called `web` whose spec is given in braces or lines.
func service(_ spec: String) -> String {
    "apiVersion: orchplan/v1\nkind: Service\nmetadata: {name: web}\nspec: \(spec)\n"
}
