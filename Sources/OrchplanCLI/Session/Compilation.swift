import Drivers
import Linting
import Manifests
import ResourceModel
import SourceDiagnostics

/// Manifests that compiled without errors.
struct Compilation: Sendable {
    var graph: ResourceGraph
    var sources: SourceMap
}

/// What checking manifests gave, good or bad.
struct CheckedManifests: Sendable {
    var graph: ResourceGraph?
    var sources: SourceMap
    var diagnostics: [Diagnostic]
    var fileCount: Int
    /// All that compiling made, for commands that keep it until they end.
    var result: CompileResult?
}

extension Workspace {
    /// Compiles and lints; reports nothing.
    func check() async throws -> CheckedManifests {
        let capabilities = try driverCapabilities()
        let request = CompileRequest(
            settings,
            workingDirectory: WorkingDirectory.current(),
            capabilities: capabilities
        )
        let result = await Compiler.compile(request)
        var sources = result.sources
        var ranges: [String: SourceRange] = [:]
        if let file = settings.file {
            let id = sources.add(file)
            ranges = settings.lintRanges.mapValues { SourceRange(file: id, start: $0.start, end: $0.end) }
        }
        let findings = LintRegistry.lint(
            result,
            levels: settings.lintRules,
            ranges: ranges,
            capabilities: capabilities
        )
        return CheckedManifests(
            graph: result.graph,
            sources: sources,
            diagnostics: sources.sorted(result.diagnostics + findings),
            fileCount: result.fileCount,
            result: result
        )
    }

    /// Compiles, reports what is wrong, and goes on only without errors.
    ///
    /// Warnings are for `lint` alone.
    ///
    /// - Parameter forPrograms: Whether a program reads the output: then it gets what `lint --format json` prints.
    func compile(forPrograms: Bool = false) async throws -> Compilation {
        let checked = try await check()
        guard let graph = checked.graph else {
            if forPrograms {
                output.write(JSONRenderer(checked.sources).render(checked.diagnostics))
            } else {
                report(checked, to: errors, .errors)
            }
            throw CommandFailure(silently: 1)
        }
        return Compilation(graph: graph, sources: checked.sources)
    }

    /// Prints diagnostics with their excerpts.
    func report(_ checked: CheckedManifests, to writer: TerminalWriter, _ stream: TerminalEnvironment.Stream) {
        let format = terminal.format(stream)
        var options = TextRenderer.Options()
        options.style = Style(isColoured: format.isColoured)
        options.width = format.width ?? 120
        options.totalFiles = checked.fileCount
        writer.write(TextRenderer(checked.sources, options: options).render(checked.diagnostics))
    }
}
