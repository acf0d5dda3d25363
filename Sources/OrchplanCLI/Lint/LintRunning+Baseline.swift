import Linting
import Manifests
import ResourceModel
import SourceDiagnostics

/// Baselines: what is known is counted, what is gone is said.
extension Workspace {
    /// The baseline of a run, or why the project's own cannot be used: everything else is told all the same.
    func knownFindings(
        _ request: LintRequest,
        _ lint: LintSettings,
        _ sources: inout SourceMap
    ) throws -> (baseline: Baseline?, faults: [Diagnostic]) {
        guard let path = request.baseline else { return (nil, []) }
        do {
            return (try readBaseline(path, request, &sources), [])
        } catch let failure as CommandFailure {
            guard !request.needsBaseline, let view = failure.view, let range = lint.baselineRange, settings.file != nil,
                lint.baseline.map({ PathRules.joined(settings.root, $0) }) == path
            else { throw failure }
            let help = view.help.map { [Help($0)] } ?? []
            return (nil, [Diagnostic(.badProject, view.message, at: Label(range), help: help)])
        }
    }

    /// Reads a baseline, which becomes one of the run's files so that diagnostics can show its lines.
    func readBaseline(_ path: String, _ request: LintRequest, _ sources: inout SourceMap) throws -> Baseline {
        let place = PathRules.joined(request.base, path)
        let shownAs = PathRules.relative(place, to: WorkingDirectory.current()) ?? path
        let shown = Escaping.visible(shownAs)
        let file: SourceFile
        do throws(FileProblem) {
            file = try DiskFiles().read(place, shownAs: shownAs, limit: 1 << 28)
        } catch {
            throw CommandFailure(
                "the baseline \(shown) cannot be read: \(error.text)",
                help: error == .missing ? "write it: orchplan lint --write-baseline \(request.typed(place))" : nil,
                code: ExitStatus.couldNotRun
            )
        }
        do throws(BaselineFault) {
            return try Baseline(file, id: sources.add(file))
        } catch {
            throw CommandFailure("the baseline \(shown) cannot be used: \(error.message)", code: ExitStatus.couldNotRun)
        }
    }

    /// One remark about all entries that no finding belongs to, as far as this run could have found them.
    func staleFindings(
        _ stale: [Baseline.Entry],
        _ request: LintRequest,
        _ levels: RuleLevels,
        _ result: CompileResult,
        _ told: Set<SourceID>? = nil
    ) -> [Finding] {
        // With errors much is not looked at, and what is missing then is not gone.
        guard !stale.isEmpty, result.graph != nil else { return [] }
        let off = Set(LintRegistry.codes.filter(levels.isOff).map(\.id))
        let known = settings.manifestsAreGiven ? Set(result.resources(in: told).map { "\($0.address)" }) : nil
        let gone = stale.filter { entry in
            !(off.contains(entry.rule) && !request.selection.isEmpty) && !entry.isOfMachine
                && (known?.contains(entry.resource) ?? true)
        }
        guard let first = gone.first else { return [] }
        let file = request.baseline.map { request.typed(PathRules.joined(request.base, $0)) } ?? "FILE"
        let diagnostic = Diagnostic(
            .staleBaseline,
            severity: .note,
            gone.count == 1
                ? "a finding of the baseline is gone" : "\(gone.count) findings of the baseline are gone",
            at: first.range,
            secondary: gone.dropFirst().prefix(9).map { Label($0.range) },
            help: [Help("write it anew: `orchplan lint --write-baseline \(file)`")]
        )
        return levels.levelled(diagnostic).map { [Finding($0)] } ?? []
    }
}

extension Workspace {
    /// Writes what was found into a baseline; from then on it counts as known.
    ///
    /// With it goes what would be found where the environment passes nothing through: a baseline that was written on a
    /// desk holds in a pipeline, too.
    func writeBaseline(_ path: String, _ request: LintRequest, _ result: inout LintResult) async throws {
        var known = result.findings
        if !settings.manifests.contains("-"), !result.couldNotRun {
            var bare = self
            bare.settings.variables.environment = [:]
            let fingerprints = Set(known.compactMap { $0.identity?.fingerprint })
            known += try await bare.lint(request).findings
                .filter { finding in
                    finding.diagnostic.code == .unsetVariable
                        && finding.identity.map { !fingerprints.contains($0.fingerprint) } ?? false
                }
        }
        let text = Baseline.text(known, sources: result.checked.sources)
        try ReportFile(path: PathRules.joined(request.base, path)).write { sink in sink(Array(text.utf8)) }
        Baseline.markKnown(&result.findings)
        result.checked.diagnostics = result.findings.filter { $0.standing == .counts }.map(\.diagnostic)
        tell("\(Escaping.visible(path)) knows \(Words.count(Baseline.knowable(known), "finding"))")
    }
}

extension LintRequest {
    /// A path as it would be typed for this run.
    fileprivate func typed(_ path: String) -> String {
        TypedCommand.quoted(Escaping.visible(PathRules.relative(path, to: base) ?? path))
    }
}

extension CompileResult {
    /// The resources that some files declare; nil: all.
    func resources(in files: Set<SourceID>?) -> [Resource] {
        guard let files else { return partial.resources }
        return partial.resources.filter { place(of: $0.address).map { files.contains($0.document.file) } ?? false }
    }
}
