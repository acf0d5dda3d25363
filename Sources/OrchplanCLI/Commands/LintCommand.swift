import ArgumentParser
import SourceDiagnostics

/// Tells whether the manifests are right: `orchplan lint`.
struct LintCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check manifests; needs no cluster and no state.",
        discussion: """
            All mistakes of all files in one run. Exit status: 0 clean, 1 findings, 2 it could not run.

              orchplan lint
              orchplan lint --fix --diff
              orchplan lint --format json manifests/ | jq '.diagnostics[].code'
            """
    )
    static let failureCode = ExitStatus.couldNotRun

    @OptionGroup var manifests: ManifestPaths

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @Flag(help: "Count warnings as findings.")
    var strict = false

    @OptionGroup var fixing: FixOptions

    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { manifests.paths }

    func run(in workspace: Workspace) async throws -> Int32 {
        let checked = fixing.fix ? try await workspace.fixed(fixing) : try await workspace.check(lints: true)
        // A diff or a mended text has standard output for itself.
        let stream = fixing.stream(manifests: workspace.settings.manifests)
        let writer = stream == .output ? workspace.output : workspace.errors
        switch format {
        case .text:
            workspace.report(checked, to: writer, stream)
            workspace.tellFixes(checked, fixing)
            if checked.diagnostics.isEmpty {
                let files = Words.count(checked.fileCount, "file")
                workspace.tell(
                    "nothing to say about \(Words.count(checked.graph?.resources.count ?? 0, "resource")) in \(files)"
                )
            }
        case .json: writer.write(JSONRenderer(checked.sources).render(checked.diagnostics))
        }
        UntilExit.keep(checked)
        let findings = checked.diagnostics.contains { $0.severity == .error || (strict && $0.severity == .warning) }
        return findings ? ExitStatus.findings : 0
    }
}
