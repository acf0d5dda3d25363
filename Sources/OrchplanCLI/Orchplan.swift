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
                name: "Writing",
                subcommands: [InitCommand.self, LintCommand.self, ExplainCommand.self, SchemaCommand.self]
            ),
            CommandGroup(
                name: "Changing",
                subcommands: [
                    DiffCommand.self, PlanCommand.self, ShowCommand.self, ApplyCommand.self, DestroyCommand.self,
                    RollbackCommand.self,
                ]
            ),
            CommandGroup(
                name: "Watching",
                subcommands: [StatusCommand.self, LogsCommand.self, HistoryCommand.self, GraphCommand.self]
            ),
            CommandGroup(
                name: "Maintaining",
                subcommands: [StateCommand.self, UnlockCommand.self, AgentCommand.self]
            ),
        ]
    )

    package init() {}
}
