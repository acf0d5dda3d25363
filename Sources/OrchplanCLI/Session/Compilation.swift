import Drivers
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
    /// Compiles; runs no rules, and reports nothing.
    func check(forPrograms: Bool = false) async throws -> CheckedManifests {
        let request = CompileRequest(
            settings,
            workingDirectory: WorkingDirectory.current(),
            capabilities: try driverCapabilities()
        )
        let result = await Compiler.compile(request)
        var checked = CheckedManifests(
            graph: result.graph,
            sources: result.sources,
            diagnostics: result.diagnostics,
            fileCount: result.fileCount,
            result: result
        )
        let forbidden = try enforcement(forPrograms: forPrograms).diagnostics(result)
        if !forbidden.isEmpty {
            checked.graph = nil
            checked.diagnostics = checked.sources.sorted(checked.diagnostics + forbidden)
        }
        return checked
    }

    /// Compiles, reports what is wrong, and goes on only without errors.
    ///
    /// Warnings are for `lint` alone.
    ///
    /// - Parameter forPrograms: Whether a program reads the output: then it gets what `lint --format json` prints.
    func compile(forPrograms: Bool = false) async throws -> Compilation {
        let checked = try await check(forPrograms: forPrograms)
        guard let graph = checked.graph else {
            report(checked, forPrograms: forPrograms)
            throw CommandFailure(silently: 1)
        }
        return Compilation(graph: graph, sources: checked.sources)
    }

    /// Prints diagnostics on standard error, or for programs on standard output, as `lint --format json` does.
    func report(_ checked: CheckedManifests, forPrograms: Bool) {
        if forPrograms {
            output.write(JSONRenderer(checked.sources).render(checked.diagnostics))
        } else {
            report(checked, to: errors, .errors)
        }
    }

    /// Prints diagnostics with their excerpts.
    func report(_ checked: CheckedManifests, to writer: TerminalWriter, _ stream: TerminalEnvironment.Stream) {
        let format = terminal.format(stream)
        var options = TextRenderer.Options()
        options.fit(format)
        options.totalFiles = checked.fileCount
        writer.write(TextRenderer(checked.sources, options: options).render(checked.diagnostics))
    }
}
