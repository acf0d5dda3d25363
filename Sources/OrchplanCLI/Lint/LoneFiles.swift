import Linting
import Manifests
import Policies
import ResourceModel
import SourceDiagnostics

/// Files that were looked at by themselves, beside those of a project.
struct LoneFiles {
    var result: CompileResult
    /// With places in the sources of the result.
    var findings: [Finding]

    /// Compiles and examines them, with the project's rules and policies; nil where there are none.
    ///
    /// - Parameter changed: What findings have to concern; nil: all are told.
    init?(
        _ request: CompileRequest?,
        _ lint: LintSettings,
        _ policies: PolicySet,
        _ changed: ChangedFiles?,
        identified: Bool
    ) async {
        guard let request else { return nil }
        result = await Compiler.compile(request)
        let outcome = LintRegistry.examine(result, settings: lint, capabilities: request.capabilities)
        // What is wrong with the settings themselves is told with the project.
        let count = result.sources.files.count
        let own = outcome.findings.filter { $0.primary.map { $0.range.file.rawValue < count } ?? true }
        findings = Workspace.merged(policies.diagnostics(result) + own, outcome.silenced, result.sources)
        if identified {
            let identities = FindingLocator(result, sources: result.sources).identities(findings.map(\.diagnostic))
            for (index, identity) in identities.enumerated() { findings[index].identity = identity }
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
