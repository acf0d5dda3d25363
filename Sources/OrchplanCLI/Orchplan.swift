import ArgumentParser

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
                name: "Write:",
                subcommands: [InitCommand.self, LintCommand.self, ExplainCommand.self, SchemaCommand.self]),
            CommandGroup(
                name: "Change:",
                subcommands: [
                    DiffCommand.self, PlanCommand.self, ShowCommand.self, ApplyCommand.self, DestroyCommand.self,
                    RollbackCommand.self,
                ]),
            CommandGroup(
                name: "Watch:",
                subcommands: [StatusCommand.self, LogsCommand.self, HistoryCommand.self, GraphCommand.self]),
            CommandGroup(
                name: "Maintain:",
                subcommands: [StateCommand.self, UnlockCommand.self, AgentCommand.self]),
        ])

    package init() {}
}
