import ArgumentParser
import Glibc
import SourceDiagnostics

/// The root of the command line.
package struct Orchplan: AsyncParsableCommand {
    package static let version = "0.1.0"

    package static let configuration = CommandConfiguration(
        commandName: "orchplan",
        abstract: "Declare services in YAML, see exactly what would change, and apply it in safe batches.",
        discussion: """
            Without paths, commands read the manifests that orchplan.yaml names, else the folder manifests/.

            Start with: orchplan init, orchplan plan, orchplan apply.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Writing",
                subcommands: [
                    InitCommand.self, ConvertCommand.self, LintCommand.self, FmtCommand.self, ExplainCommand.self,
                    SchemaCommand.self,
                ]
            ),
            CommandGroup(
                name: "Changing",
                subcommands: [
                    DiffCommand.self, PlanCommand.self, ShowCommand.self, ApplyCommand.self, ImportCommand.self,
                    DestroyCommand.self, RollbackCommand.self,
                ]
            ),
            CommandGroup(
                name: "Watching",
                subcommands: [
                    StatusCommand.self, LogsCommand.self, HistoryCommand.self, GraphCommand.self, ReconcileCommand.self,
                ]
            ),
            CommandGroup(
                name: "Maintaining",
                subcommands: [StateCommand.self, UnlockCommand.self, AgentCommand.self]
            ),
        ]
    )

    package init() {}

    /// Runs what the process's arguments name; a mistyped command is answered with the one that was meant.
    package static func main() async {
        let arguments = CommandOrder.commandFirst(Array(CommandLine.arguments.dropFirst()))
        do {
            if let first = arguments.first, let near = suggestion(for: first) {
                throw ValidationError(
                    "there is no command '\(Escaping.visible(first))'; did you mean '\(near)'?"
                )
            }
            if CommandOrder.missesCommand(arguments) {
                throw ValidationError(
                    "there is no command, such as: orchplan plan \(Escaping.visible(arguments.joined(separator: " ")))"
                )
            }
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Says what ends the program, on the stream that it belongs to, and ends it.
    ///
    /// Help, the version and completion scripts are results like any other: one that cannot be written is a failure.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        let writer = TerminalWriter(code == .success ? .output : .errors)
        if code != .success, !text.isEmpty {
            writer.write(UsageError(text).text(TerminalEnvironment.current().format(.errors)))
        } else if !text.isEmpty {
            writer.write(text + "\n")
        }
        if code == .success, let loss = writer.loss {
            TerminalWriter(.errors).write("error: standard output cannot be written: \(loss)\n")
            Glibc.exit(1)
        }
        Glibc.exit(code.rawValue)
    }

    /// The command that a first argument was probably meant to be; nil for a command, an option and anything else.
    static func suggestion(for word: String) -> String? {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard !word.hasPrefix("-"), !names.contains(word) else { return nil }
        return Suggestion.nearest(word, in: names)
    }
}
