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
    /// Whether anything wants to know which files were read beside the manifests.
    var needsPaths = false
    /// How many findings of each severity are told at length where that can be; nil: all.
    var limit: Int?
    /// Whether nothing is looked at without the baseline.
    var needsBaseline = false
    /// What relative paths of the command line begin at, absolute.
    var base = WorkingDirectory.current()
}

/// What a run of `lint` found.
struct LintResult {
    var checked: CheckedManifests
    /// What is told, suppressed and known ones included.
    var findings: [Finding]
    /// What is counted and not told at length.
    var further = FurtherFindings()
    /// How many resources are declared in the files that are told of.
    var resourceCount = 0
    /// How many files and folders git ignores and the run left out.
    var ignored = 0
    /// Where files lie that are no manifests, absolute.
    var places: [SourceID: String] = [:]
    /// What was looked at without the rest of a project.
    var alone: [String]?
    /// How many overlays were looked at with environments that were not chosen, by environment.
    var overlays: [(environment: String, count: Int)] = []
    /// How many errors there are in files that nothing is told of.
    var untoldErrors = 0
    /// Whether what the project is could not be told, so that no manifest was read, or what of it is known.
    var couldNotRun = false
    /// How many files could not be mended, since they could not be written.
    var unwritten = 0
    /// What was read or looked at beside the manifests, absolute, where that was asked for.
    var looked: Set<String> = []
}

extension Workspace {
    /// Compiles everything, runs the rules, and sorts out what is suppressed, known, or not asked for.
    ///
    /// What is wrong with the project file and the policies is told with the rest.
    ///
    /// - Parameter base: What is read, where that is not the disk as it is.
    func lint(_ request: LintRequest, reading base: any ManifestFiles = DiskFiles()) async throws -> LintResult {
        guard isKnown else { return faultsAlone() }
        var request = request
        let input = try standardInput(&request)
        let changed = try request.inputs.changedSince.map { try ChangedFiles(since: $0, in: settings.root) }
        let isUnsure = loaded?.isUnsure ?? false
        let scope = try lintScope(
            request,
            input: input,
            reading: base,
            // A driver that was not understood cannot be held against anybody's manifests.
            capabilities: isUnsure ? nil : try driverCapabilities()
        )
        let result = await Compiler.compile(scope.compile)
        let told = scope.told(result.sources)
        var faults = SettingsFaults(self, result.sources)
        let forbidden = faults.policies.diagnostics(result)
        var lint = settings.lint
        if let file = faults.projectFile { lint = lint.moved(to: file) }
        lint = request.selection.applied(to: lint)
        // What findings are about has to be known of all of them, where only some of them count.
        let isPartial = told != nil || changed != nil || request.baseline != nil || request.needsIdentities
        let outcome = LintRegistry.examine(
            result,
            settings: lint,
            capabilities: scope.compile.capabilities,
            atLength: isPartial ? nil : request.limit
        )
        let places = faults.projectFile.map { ProjectPlaces(settings, in: $0) }
        let found = outcome.findings.map { places?.placed($0, about: result.origins[$0]) ?? $0 }
        let (baseline, missing) = try knownFindings(request, lint, &faults.sources)
        var findings = Self.merged(
            faults.diagnostics + missing + forbidden + found,
            outcome.silenced,
            faults.sources
        )
        if baseline != nil || request.needsIdentities {
            let identities = FindingLocator(result, sources: faults.sources).identities(findings.map { $0.diagnostic })
            for (index, identity) in identities.enumerated() { findings[index].identity = identity }
        }
        let isIdentified = baseline != nil || request.needsIdentities
        let ownCount = faults.sources.files.count
        var lone = (files: 0, resources: 0)
        for side in scope.sides {
            let found = await LoneFiles(side, lint, faults.policies, changed, identified: isIdentified)
            findings += found.moved(behind: &faults.sources)
            lone = (lone.files + found.fileCount, lone.resources + found.resourceCount)
        }
        let stale = baseline?.apply(to: &findings) ?? []
        let all = findings
        if let told {
            findings = findings.filter { Self.isTold($0.diagnostic, told, below: result.sources.files.count) }
        }
        let untold = all.count { $0.standing == .counts && $0.diagnostic.severity == .error }
        if let changed {
            let scope = ChangeScope(
                changed,
                result,
                faults.sources,
                project: settings.file == nil ? nil : settings.root
            )
            findings = findings.filter {
                scope.holds($0.diagnostic) || ($0.diagnostic.primary?.range.file.rawValue ?? 0) >= ownCount
            }
        } else {
            findings += staleFindings(stale, request, RuleLevels(lint), result, told)
        }
        return LintResult(
            checked: CheckedManifests(
                graph: forbidden.isEmpty ? result.graph : nil,
                sources: faults.sources,
                diagnostics: findings.filter { $0.standing == .counts }.map(\.diagnostic),
                fileCount: (told?.count ?? result.fileCount) + lone.files
                    + (scope.namesProjectFile ? 1 : 0)
                    + faults.filesBeside(result.sources.files.count..<ownCount, findings, named: scope.namesProjectFile),
                result: result
            ),
            findings: findings,
            further: outcome.further,
            resourceCount: result.resources(in: told).count + lone.resources,
            ignored: scope.ignored,
            places: faults.places,
            alone: scope.alone,
            overlays: scope.sides.compactMap { side in side.environment.map { ($0, side.told?.count ?? 0) } },
            untoldErrors: told == nil
                ? 0 : untold - findings.count { $0.standing == .counts && $0.diagnostic.severity == .error },
            couldNotRun: !missing.isEmpty,
            looked: scope.looked
        )
    }

    /// Whether a diagnostic is about one of some manifests, or about no manifest at all.
    ///
    /// - Parameter count: How many files of the run are manifests; settings come behind them.
    private static func isTold(_ diagnostic: Diagnostic, _ told: Set<SourceID>, below count: Int) -> Bool {
        guard let primary = diagnostic.primary else { return true }
        let settings = SourceID(Int32(truncatingIfNeeded: count))
        return ([primary] + diagnostic.secondary)
            .contains { told.contains($0.range.file) || !($0.range.file < settings) }
    }

    /// The result of a run that does not know what the project is.
    private func faultsAlone() -> LintResult {
        let faults = SettingsFaults(self, SourceMap())
        let findings = faults.sources.sorted(faults.diagnostics).map { Finding($0) }
        let checked = CheckedManifests(
            graph: nil,
            sources: faults.sources,
            diagnostics: findings.map(\.diagnostic),
            fileCount: 1
        )
        return LintResult(checked: checked, findings: findings, places: faults.places, couldNotRun: true)
    }

    /// The file that standard input is said to be, absolute.
    private func standardInput(_ request: inout LintRequest) throws -> String? {
        guard let name = request.inputs.stdinFilename else { return nil }
        guard settings.manifestsAreGiven, settings.manifests.contains("-") else {
            throw CommandFailure("--stdin-filename needs the argument -", code: ExitStatus.usage)
        }
        return PathRules.joined(request.base, name)
    }

    /// Diagnostics and what comments silence, in the order of files and lines.
    static func merged(
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
