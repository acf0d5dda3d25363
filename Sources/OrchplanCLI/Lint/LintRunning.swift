import Linting
import Manifests
import ResourceModel
import SourceDiagnostics

/// What one run of `lint` is made of, once its options were looked at.
struct LintRequest: Sendable {
    var inputs = LintInputs()
    var selection = LintSelection()
    /// A file of known findings to hold against what is found.
    var baseline: String?
    /// Whether any report wants to know what findings are about.
    var needsIdentities = false
    /// What relative paths of the command line begin at, absolute.
    var base = WorkingDirectory.current()
}

/// What a run of `lint` found.
struct LintResult {
    var checked: CheckedManifests
    /// What is told, suppressed and known ones included.
    var findings: [Finding]
    /// How many files and folders git ignores and the run left out.
    var ignored = 0
}

extension Workspace {
    /// Compiles everything, runs the rules, and sorts out what is suppressed, known, or not asked for.
    ///
    /// - Parameter base: What is read, where that is not the disk as it is.
    func lint(_ request: LintRequest, reading base: any ManifestFiles = DiskFiles()) async throws -> LintResult {
        var request = request
        let input = try standardInput(&request)
        var compile = try compileRequest(request, input: input)
        let changed = try request.inputs.changedSince.map { try ChangedFiles(since: $0, in: settings.root) }
        let files = LintFiles(base, ignoringBelow: ignoringBelow(request), standardInput: input)
        compile.files = files
        if settings.manifestsAreGiven { compile.paths = try GivenPaths(files: files).expanded(compile.paths) }
        if let input { compile.paths = Self.once(input, in: compile.paths) }
        let result = await Compiler.compile(compile)
        let forbidden = try enforcement().diagnostics(result)
        var sources = result.sources
        var lint = settings.lint
        if let file = settings.file { lint = lint.moved(to: sources.add(file)) }
        lint = request.selection.applied(to: lint)
        let outcome = LintRegistry.examine(result, settings: lint, capabilities: compile.capabilities)
        var findings = Self.merged(forbidden + outcome.findings, outcome.silenced, sources)
        let baseline = try request.baseline.map { try readBaseline($0, request, &sources) }
        if baseline != nil || request.needsIdentities {
            let identities = FindingLocator(result, sources: sources).identities(findings.map(\.diagnostic))
            for (index, identity) in identities.enumerated() { findings[index].identity = identity }
        }
        let stale = baseline?.apply(to: &findings) ?? []
        if let changed {
            let scope = ChangeScope(changed, result, sources, project: settings.file == nil ? nil : settings.root)
            findings = findings.filter { scope.holds($0.diagnostic) }
        } else {
            findings += staleFindings(stale, request, RuleLevels(lint), result)
        }
        let checked = CheckedManifests(
            graph: forbidden.isEmpty ? result.graph : nil,
            sources: sources,
            diagnostics: findings.filter { $0.standing == .counts }.map(\.diagnostic),
            fileCount: result.fileCount,
            result: result
        )
        return LintResult(checked: checked, findings: findings, ignored: files.leftOut)
    }

    private func compileRequest(_ request: LintRequest, input: String?) throws -> CompileRequest {
        var settings = settings
        if let input { settings.manifests = settings.manifests.map { $0 == "-" ? input : $0 } }
        return CompileRequest(
            settings,
            workingDirectory: WorkingDirectory.current(),
            capabilities: try driverCapabilities()
        )
    }

    /// The file that standard input is said to be, absolute.
    private func standardInput(_ request: inout LintRequest) throws -> String? {
        guard let name = request.inputs.stdinFilename else { return nil }
        guard settings.manifestsAreGiven, settings.manifests.contains("-") else {
            throw CommandFailure("--stdin-filename needs the argument -", code: ExitStatus.usage)
        }
        return PathRules.joined(request.base, name)
    }

    /// The paths without a file that one of the folders among them gives already.
    private static func once(_ input: String, in paths: [String]) -> [String] {
        let isGiven = paths.contains { $0 != input && PathRules.relative(input, to: $0) != nil }
        var isFirst = !isGiven
        return paths.filter { path in
            guard path == input else { return true }
            defer { isFirst = false }
            return isFirst
        }
    }

    /// The top folder whose `.gitignore` counts.
    ///
    /// Without paths `lint` reads what `plan` reads, ignored or not: what would be applied is checked.
    private func ignoringBelow(_ request: LintRequest) -> String? {
        guard settings.manifestsAreGiven, !request.inputs.noIgnore else { return nil }
        return RepositoryPaths.top(above: request.base) ?? "/"
    }

    /// Diagnostics and what comments silence, in the order of files and lines.
    private static func merged(
        _ diagnostics: [Diagnostic],
        _ silenced: [SilencedFinding],
        _ sources: SourceMap
    ) -> [Finding] {
        guard !silenced.isEmpty else { return sources.sorted(diagnostics).map { Finding($0) } }
        var reasons: [Diagnostic: [String]] = [:]
        for item in silenced { reasons[item.diagnostic, default: []].append(item.reason) }
        return sources.sorted(diagnostics + silenced.map(\.diagnostic))
            .map { diagnostic in
                guard let reason = reasons[diagnostic]?.popLast() else { return Finding(diagnostic) }
                return Finding(diagnostic, standing: .suppressed(reason: reason))
            }
    }
}
