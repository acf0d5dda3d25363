import Linting
import Manifests
import Policies
import ResourceModel
import SourceDiagnostics

/// What a run looks at beside the project as it is chosen: files by themselves, or overlays of another environment.
struct SideRequest: Sendable {
    var compile: CompileRequest
    /// The files that findings are told of, absolute; nil: all.
    var told: Set<String>?
    /// The environment whose overlays they are.
    var environment: String?
}

/// Files that were looked at beside those of a project.
struct LoneFiles {
    var result: CompileResult
    /// With places in the sources of the result.
    var findings: [Finding]
    var fileCount: Int
    var resourceCount: Int

    /// Compiles and examines them, with the project's rules and policies.
    ///
    /// - Parameter changed: What findings have to concern; nil: all are told.
    init(
        _ request: SideRequest,
        _ lint: LintSettings,
        _ policies: PolicySet,
        _ changed: ChangedFiles?,
        identified: Bool
    ) async {
        result = await Compiler.compile(request.compile)
        let outcome = LintRegistry.examine(result, settings: lint, capabilities: request.compile.capabilities)
        // What is wrong with the settings themselves is told with the project.
        let count = result.sources.files.count
        let own = outcome.findings.filter { $0.primary.map { $0.range.file.rawValue < count } ?? true }
        findings = Workspace.merged(policies.diagnostics(result) + own, outcome.silenced, result.sources)
        if identified {
            let identities = FindingLocator(result, sources: result.sources).identities(findings.map(\.diagnostic))
            for (index, identity) in identities.enumerated() { findings[index].identity = identity }
        }
        (fileCount, resourceCount) = (result.fileCount, result.partial.resources.count)
        if let told = request.told {
            let files = result.sources.ids(of: told)
            (fileCount, resourceCount) = (files.count, 0)
            findings = findings.filter { finding in
                let primary = finding.diagnostic.primary.map { [$0] } ?? []
                return (primary + finding.diagnostic.secondary).contains { files.contains($0.range.file) }
            }
        }
        if let changed {
            let scope = ChangeScope(changed, result, result.sources, project: nil)
            findings = findings.filter { scope.holds($0.diagnostic) }
        }
    }

    /// The findings with places behind the sources that there are, which get these files.
    func moved(behind sources: inout SourceMap) -> [Finding] {
        let count = sources.files.count
        for file in result.sources.files { _ = sources.add(file) }
        return findings.map { finding in
            var finding = finding
            finding.diagnostic = finding.diagnostic.moved(behind: count)
            return finding
        }
    }
}

extension SourceMap {
    /// The files that lie at some places, absolute.
    func ids(of places: Set<String>) -> Set<SourceID> {
        let working = WorkingDirectory.current()
        let indices = files.indices.filter { places.contains(PathRules.joined(working, files[$0].path)) }
        return Set(indices.map { SourceID(Int32(truncatingIfNeeded: $0)) })
    }
}
