import ArgumentParser
import Manifests

/// What a command works with: flags, environment and project file, resolved once.
struct Workspace: Sendable {
    var settings: ProjectSettings
    var terminal: TerminalEnvironment
    /// The project file, with what is wrong with it.
    var loaded: LoadedProject?
    /// What flags said, for what is to be known of another environment.
    var flags = ProjectSettings.Flags()
    let output = TerminalWriter(.output)
    let errors = TerminalWriter(.errors)

    /// Says something on the side, where it does not get between results.
    func tell(_ text: String) {
        let format = terminal.format(.errors)
        errors.write(StyledText(text, .dim).wrapped(to: format.proseWidth, indent: 2), format)
    }
}

/// A command of orchplan: resolved options in, exit code out.
protocol WorkspaceCommand: AsyncParsableCommand {
    var project: ProjectOptions { get }

    /// Files and folders with manifests, as typed; none: what the project file names.
    var manifestPaths: [String] { get }

    /// The exit code when the command could not do its work, where that is not 1.
    static var failureCode: Int32 { get }

    /// Whether a fault of the project file stops the command; what only looks things up goes on without it.
    static var needsProject: Bool { get }

    /// Whether a folder that is named and is a project itself is the project that is meant: for what only looks.
    static var adoptsNamed: Bool { get }

    /// Whether a program reads what is wrong.
    var isForPrograms: Bool { get }

    func run(in workspace: Workspace) async throws -> Int32
}

extension WorkspaceCommand {
    static var failureCode: Int32 { 1 }
    static var needsProject: Bool { true }
    static var adoptsNamed: Bool { false }
    var manifestPaths: [String] { [] }
    var isForPrograms: Bool { false }

    func run() async throws {
        let terminal = TerminalEnvironment.current(color: project.color)
        let code: Int32
        do {
            let workspace = try project.workspace(
                terminal,
                paths: manifestPaths,
                isStrict: Self.needsProject,
                forPrograms: isForPrograms,
                command: Self.configuration.commandName ?? "plan",
                adoptsNamed: Self.adoptsNamed
            )
            code = workspace.delivered(try await run(in: workspace), failureCode: Self.failureCode)
        } catch let failure as CommandFailure {
            if let view = failure.view {
                TerminalWriter(.errors).write(view.text(terminal.format(.errors)))
            }
            code = failure.code == 1 ? Self.failureCode : failure.code
        }
        if code != 0 { throw ExitCode(code) }
    }
}

extension Workspace {
    /// The exit code of a command whose result may not have arrived where it was written to.
    ///
    /// What an apply did stays what it was: its own codes win.
    fileprivate func delivered(_ code: Int32, failureCode: Int32) -> Int32 {
        guard let loss = output.loss else { return code }
        let view = ErrorView(
            "the result could not be written to standard output: \(loss)",
            help: "see where the output goes: its disk may be full"
        )
        errors.write(view.text(terminal.format(.errors)))
        return code > max(ExitStatus.couldNotTell, ExitStatus.changesPlanned) ? code : failureCode
    }
}
