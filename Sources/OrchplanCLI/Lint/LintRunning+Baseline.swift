import Linting
import Manifests
import ResourceModel
import SourceDiagnostics

/// Baselines: what is known is counted, what is gone is said.
extension Workspace {
    /// Reads a baseline, which becomes one of the run's files so that diagnostics can show its lines.
    func readBaseline(_ path: String, _ request: LintRequest, _ sources: inout SourceMap) throws -> Baseline {
        let isGiven = !path.hasPrefix("/") || settings.lint.baseline == nil
        let path = isGiven ? path : PathRules.relative(path, to: WorkingDirectory.current()) ?? path
        let shown = Escaping.visible(path)
        let file: SourceFile
        do throws(FileProblem) {
            file = try DiskFiles().read(PathRules.joined(request.base, path), shownAs: path, limit: 1 << 28)
        } catch {
            throw CommandFailure(
                "the baseline \(shown) cannot be read: \(error.text)",
                help: error == .missing ? "write it: orchplan lint --write-baseline \(shown)" : nil,
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
            !(off.contains(entry.rule) && !request.selection.isEmpty) && (known?.contains(entry.resource) ?? true)
        }
        guard let first = gone.first else { return [] }
        let file = request.baseline ?? "FILE"
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

extension CompileResult {
    /// The resources that some files declare; nil: all.
    func resources(in files: Set<SourceID>?) -> [Resource] {
        guard let files else { return partial.resources }
        return partial.resources.filter { place(of: $0.address).map { files.contains($0.document.file) } ?? false }
    }
}
