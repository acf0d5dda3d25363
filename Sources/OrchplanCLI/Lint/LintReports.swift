import Linting
import Manifests
import SourceDiagnostics

extension LintResult {
    /// The codes of rules, whose errors are opinions; all other errors are the compiler's.
    static let rules = Set(LintRule.all.map(\.code))

    /// The value that all formats are written from.
    func report(_ workspace: Workspace, _ reporting: LintReporting, _ formats: Set<ReportFormat>) -> Report {
        var report = Report(checked.sources, findings)
        report.further = further
        report.version = Orchplan.version
        report.fileCount = checked.fileCount
        report.category = workspace.settings.environment ?? ""
        report.failsFrom = reporting.failsFrom
        report.listsSilenced = reporting.reportSuppressed
        if formats.contains(.sarif) { report.rules = LintRule.all.map(Self.described) }
        if !formats.isDisjoint(with: [.sarif, .github, .gitlab]) { locate(&report, workspace) }
        return report
    }

    private func locate(_ report: inout Report, _ workspace: Workspace) {
        let paths = RepositoryPaths(workspace)
        var wanted: Set<SourceID> = []
        for finding in findings {
            let diagnostic = finding.diagnostic
            for label in (diagnostic.primary.map { [$0] } ?? []) + diagnostic.secondary {
                wanted.insert(label.range.file)
            }
        }
        for id in wanted {
            guard let file = checked.sources[id] else { continue }
            // Files of settings are shown by the names that they are given, wherever they lie.
            report.repositoryPaths[id] = paths.path(places[id] ?? file.path)
        }
        report.homePath = paths.path(PathRules.joined(workspace.settings.root, LoadedProject.fileName))
    }

    private static func described(_ rule: LintRule) -> ReportRule {
        let markdown = """
            \(rule.why)

            \(rule.code.remedy)

            Breaks the rule:

            ```yaml
            \(rule.example.failing)
            ```

            Keeps it:

            ```yaml
            \(rule.example.passing)
            ```

            `orchplan explain \(rule.code.slug)` tells more.
            """
        return ReportRule(rule.code, group: rule.group.rawValue, severity: rule.severity, markdown: markdown)
    }

    /// Whether the run fails.
    func fails(_ reporting: LintReporting) -> Bool {
        let counting = findings.lazy.filter { $0.standing == .counts }
        let warnings = counting.count { $0.diagnostic.severity == .warning } + further.count(.warning)
        if let limit = reporting.maxWarnings, warnings > limit { return true }
        guard let failsFrom = reporting.failsFrom else { return false }
        return counting.contains { $0.diagnostic.severity >= failsFrom }
            || further.counts.keys.contains { $0 >= failsFrom }
    }
}
