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
    static let adoptsNamed = true

    @OptionGroup var inputs: LintInputs

    @OptionGroup var reporting: LintReporting

    @OptionGroup var fixing: FixOptions

    @OptionGroup var project: ProjectOptions

    var manifestPaths: [String] { inputs.manifests.paths }

    func validate() throws {
        let isPartial = inputs.changedSince != nil || !(inputs.only + inputs.skip).isEmpty
        if reporting.writeBaseline != nil, isPartial {
            throw ValidationError("--write-baseline writes all that is known, and needs a run of all rules and files.")
        }
        if fixing.fix, inputs.stdinFilename != nil { throw ValidationError("--fix takes no --stdin-filename.") }
    }

    func run(in workspace: Workspace) async throws -> Int32 {
        let formats = Set(reporting.output.map(\.format) + [reporting.standardFormat])
        let base = project.base
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
            needsBaseline: fixing.fix,
            base: base
        )
        var result = fixing.fix ? try await workspace.fixed(fixing, request) : try await workspace.lint(request)
        try places.check(reads: result.manifests) { "the manifest \($0)" }
        try places.check(reads: result.looked) { "\($0), which a manifest names," }
        if let path = reporting.writeBaseline { try await workspace.writeBaseline(path, request, &result) }
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
        try LintSelection(only: words(inputs.only, "--only"), skipped: words(inputs.skip, "--skip")).checked()
    }

    /// What is separated by commas; an option that names nothing is a slip, such as a variable of a script that is empty.
    private func words(_ options: [String], _ name: String) throws -> [String] {
        try options.flatMap { option in
            let words = option.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
            guard !words.isEmpty else {
                throw CommandFailure(
                    "\(name) names no rule",
                    help: "orchplan explain rules lists them; leave \(name) out to run all",
                    code: ExitStatus.usage
                )
            }
            return words
        }
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

extension LintSelection {
    /// The selection, when all its words are known.
    fileprivate func checked() throws -> LintSelection {
        guard let unknown else { return self }
        let word = Escaping.visible(unknown.word)
        if let code = unknown.compilerCode {
            throw CommandFailure(
                "\(word) is no rule: what the compiler says is always told",
                help: "orchplan explain \(code.id) says what it is about; orchplan explain rules lists the rules",
                code: ExitStatus.usage
            )
        }
        throw CommandFailure(
            "there is no rule and no group of rules called \(word)",
            help: (unknown.nearest.map { "did you mean \($0)? " } ?? "") + "orchplan explain rules lists them",
            code: ExitStatus.usage
        )
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
        tellIgnored(result.ignored)
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
        for (environment, count) in result.overlays {
            let what = count == 1 ? "an overlay" : "\(count) overlays"
            tell("looked at \(what) with the environment \(Escaping.visible(environment))")
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
}
