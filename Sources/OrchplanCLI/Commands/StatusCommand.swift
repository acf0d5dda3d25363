import ArgumentParser
import ResourceModel
import SourceDiagnostics

/// Tells how the services are: `orchplan status`.
struct StatusCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the services are.",
        discussion: """
              orchplan status                 a table, and below it what is wrong and why
              orchplan status web             all that is known of a service
              orchplan status --watch         live; ^C ends it (exit status 130)
              orchplan status --exit-code     for scripts: 2 when not all is as desired
            """
    )

    @Argument(help: "The services; none: all, in a table.")
    var services: [String] = []

    @Flag(name: .shortAndLong, help: "List every instance.")
    var instances = false

    @Flag(name: .shortAndLong, help: "Go on as things change; off a terminal a line for each change.")
    var watch = false

    @Flag(help: "End with 0 when all is as desired, and with 2 when something is not or has drifted.")
    var exitCode = false

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard !watch || !exitCode else { throw ValidationError("--exit-code is not for --watch, which goes on.") }
    }

    func run(in workspace: Workspace) async throws -> Int32 {
        let recorded = try await workspace.recordedState()
        let reader = try StatusReader(workspace, recorded: recorded, measures: measures)
        if watch {
            let mode: StatusPresenter.Mode =
                format == .json ? .ndjson : workspace.terminal.canRedraw(.output) ? .live : .plain
            let presenter = StatusPresenter(
                mode: mode,
                format: workspace.terminal.format(.output),
                showsDetails: !services.isEmpty,
                showsInstances: instances
            )
            _ = try chosen(try await reader.read())
            return try await StatusWatch(reader: reader, output: workspace.output, errors: workspace.errors)
                .run(presenter) { services.isEmpty ? $0 : $0.only(services) }
        }
        await reader.beginMeasuring()
        let report = try chosen(try await reader.read())
        switch format {
        case .text:
            let view = StatusView(report, showsInstances: instances, showsDetails: !services.isEmpty)
            workspace.output.write(view.text(workspace.terminal.format(.output)))
        case .json: workspace.output.write(StatusJSON(report).text() + "\n")
        }
        return exitCode && !report.isWell ? ExitStatus.notAsDesired : 0
    }

    /// Whether what instances use is shown.
    private var measures: Bool { instances || !services.isEmpty || format == .json }

    /// The services that were named; a name that means none is an error.
    private func chosen(_ report: StatusReport) throws -> StatusReport {
        let names = report.services.map(\.address.name)
        for service in services where !names.contains(service) {
            throw CommandFailure(
                "there is no service \(Escaping.visible(service))",
                help: Suggestion.nearest(service, in: names).map { "did you mean \($0)?" } ?? Self.listed(names)
            )
        }
        return report.only(services)
    }

    private static func listed(_ names: [String]) -> String? {
        names.isEmpty ? nil : "there \(names.count == 1 ? "is" : "are") \(Words.list(names, limit: 8))"
    }
}

/// The two ways that most commands print.
enum TextOrJSON: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
