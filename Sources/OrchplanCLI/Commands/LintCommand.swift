import ArgumentParser
import Linting
import Manifests
import SourceDiagnostics

/// Tells whether the manifests are right: `orchplan lint`.
struct LintCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check manifests; needs no cluster and no state.",
        discussion: """
            All mistakes of all files in one run. Exit status: 0 clean, 1 findings, 2 it could not run.

              orchplan lint
              orchplan lint 'services/**/*.yaml' --only security,image-tag
              orchplan lint --fix --diff
              orchplan lint --changed-since origin/main --output sarif=lint.sarif
              orchplan lint --write-baseline lint-baseline.txt
              orchplan lint --format json manifests/ | jq '.diagnostics[].code'
            """
    )
    static let failureCode = ExitStatus.couldNotRun
    /// What is wrong with the project file is a finding like others.
    static let needsProject = false

    @OptionGroup var inputs: LintInputs

    @OptionGroup var reporting: LintReporting

    @OptionGroup var fixing: FixOptions

    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { inputs.paths }

    func validate() throws {
        let isPartial = inputs.changedSince != nil || !(inputs.only + inputs.skip).isEmpty
        if reporting.writeBaseline != nil, isPartial {
            throw ValidationError("--write-baseline writes all that is known, and needs a run of all rules and files.")
        }
        if fixing.fix, inputs.stdinFilename != nil { throw ValidationError("--fix takes no --stdin-filename.") }
    }

    func run(in workspace: Workspace) async throws -> Int32 {
        let formats = Set(reporting.output.map(\.format) + [reporting.standardFormat])
        let base = project.directory.flatMap { DiskFiles().canonical($0) } ?? WorkingDirectory.current()
        let baseline = reporting.readBaseline(workspace.settings)
        let places = ReportPlaces(reporting, readingBaseline: baseline, base: base)
        try places.check(workspace.settings, workspace.loaded?.project)
        let request = LintRequest(
            inputs: inputs,
            selection: try selection(),
            baseline: baseline,
            needsIdentities: reporting.writeBaseline != nil || formats.contains(where: \.needsIdentities),
            needsPaths: !reporting.output.isEmpty || reporting.writeBaseline != nil,
            limit: formats == [.text] && reporting.output.isEmpty && !fixing.fix && reporting.textLimit < .max
                ? reporting.textLimit : nil,
            base: base
        )
        var result = fixing.fix ? try await workspace.fixed(fixing, request) : try await workspace.lint(request)
        try places.check(reads: result.manifests) { "the manifest \($0)" }
        try places.check(reads: result.looked) { "\($0), which a manifest names," }
        if let path = reporting.writeBaseline { try workspace.writeBaseline(path, base, &result) }
        let report = result.report(workspace, reporting, formats)
        for destination in reporting.output where destination.path != "-" {
            try ReportFile(path: PathRules.joined(base, destination.path))
                .write { sink in
                    var options = TextRenderer.Options(totalFiles: report.fileCount)
                    options.limit = .max
                    report.write(destination.format, options: options, to: sink)
                }
        }
        // A diff or a mended text has standard output for itself.
        workspace.show(
            report,
            reporting.standardFormat,
            limit: reporting.textLimit,
            on: fixing.stream(manifests: workspace.settings.manifests)
        )
        if reporting.standardFormat == .text { workspace.tellFixes(result.checked, result.further, fixing) }
        workspace.tellRest(result, report, reporting)
        let fails = result.fails(reporting)
        UntilExit.keep(result)
        if result.couldNotRun || result.unwritten > 0 { return ExitStatus.couldNotRun }
        return fails ? ExitStatus.findings : 0
    }

    private func selection() throws -> LintSelection {
        func words(_ options: [String]) -> [String] {
            options.flatMap { $0.split(separator: ",").map { String($0.filter { $0 != " " }) } }.filter { !$0.isEmpty }
        }
        let selection = LintSelection(only: words(inputs.only), skipped: words(inputs.skip))
        if let unknown = selection.unknown {
            throw CommandFailure(
                "there is no rule and no group of rules called \(Escaping.visible(unknown.word))",
                help: unknown.nearest.map { "did you mean \($0)?" } ?? "docs/lint.md lists them",
                code: ExitStatus.usage
            )
        }
        return selection
    }
}

extension LintReporting {
    /// What standard output gets.
    var standardFormat: ReportFormat { output.first { $0.path == "-" }?.format ?? format ?? .text }

    var textLimit: Int { limit == 0 ? .max : limit }

    /// The baseline that is held against what is found: that of the command line, or the project's.
    func readBaseline(_ settings: ProjectSettings) -> String? {
        guard writeBaseline == nil, !noBaseline else { return nil }
        return baseline ?? settings.lint.baseline.map { PathRules.joined(settings.root, $0) }
    }
}

extension LintResult {
    /// The files that were read, absolute.
    fileprivate var manifests: some Sequence<String> {
        let working = WorkingDirectory.current()
        return checked.sources.files.lazy.map(\.path).filter { $0 != "<stdin>" }
            .map { PathRules.joined(working, $0) }
    }
}

extension Workspace {
    fileprivate func show(_ report: Report, _ format: ReportFormat, limit: Int, on stream: TerminalEnvironment.Stream) {
        let layout = terminal.format(stream)
        let writer = stream == .output ? output : errors
        var options = TextRenderer.Options()
        options.fit(layout)
        options.totalFiles = report.fileCount
        options.limit = limit
        report.write(format, options: options) { writer.write($0) }
    }

    /// What is no result and good to know: that nothing was found, how much was, and what was not looked at.
    fileprivate func tellRest(_ result: LintResult, _ report: Report, _ reporting: LintReporting) {
        let counts = report.counts.line(ofFiles: report.fileCount)
        switch reporting.standardFormat {
        case .text where counts.isEmpty:
            let files = Words.count(report.fileCount, "file")
            tell(
                "nothing to say about \(Words.count(result.resourceCount, "resource")) in \(files)"
            )
        case .short, .github: if !counts.isEmpty { tell(counts) }
        default: break
        }
        if [.text, .short, .github].contains(reporting.standardFormat) { tellLimits(result) }
        if result.ignored > 0 {
            let many = Words.count(result.ignored, "file or folder", "files and folders")
            tell(
                "\(many) that .gitignore names \(result.ignored == 1 ? "was" : "were") left out (--no-ignore takes them in)"
            )
        }
        if let limit = reporting.maxWarnings, report.counts.warnings > limit {
            tell("--max-warnings lets \(limit) pass, and there are \(report.counts.warnings)")
        }
    }

    /// Says what was not looked at, or not told of, beside the files that were named.
    private func tellLimits(_ result: LintResult) {
        if result.untoldErrors > 0 {
            let errors = Words.count(result.untoldErrors, "error")
            tell("\(errors) in other files of the project: orchplan lint tells of them all")
        }
        guard let alone = result.alone, let first = alone.first else { return }
        let name = PathRules.relative(first, to: WorkingDirectory.current()) ?? first
        let what =
            alone == ["-"]
            ? "standard input" : alone.count == 1 ? Escaping.visible(name) : Words.count(alone.count, "file")
        let verb = alone.count == 1 ? "is" : "are"
        tell(
            settings.file == nil
                ? "looked at \(what) alone, since there is no orchplan.yaml: what other files declare and use is not known"
                : "looked at \(what) alone, which \(verb) not among the manifests of orchplan.yaml"
        )
    }

    /// Writes what was found into a baseline; from then on it counts as known.
    fileprivate func writeBaseline(_ path: String, _ base: String, _ result: inout LintResult) throws {
        let text = Baseline.text(result.findings, sources: result.checked.sources)
        let count = Baseline.knowable(result.findings)
        try ReportFile(path: PathRules.joined(base, path)).write { sink in sink(Array(text.utf8)) }
        Baseline.markKnown(&result.findings)
        tell("\(Escaping.visible(path)) knows \(Words.count(count, "finding"))")
    }
}
