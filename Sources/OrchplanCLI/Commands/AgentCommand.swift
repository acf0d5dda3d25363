import ArgumentParser
import LocalAgent

/// `orchplan agent`: the agent of this project, in the foreground.
struct AgentCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Run the local driver's agent in the foreground.",
        discussion: """
            Other commands start it on demand, so nobody has to; it ends by itself when nothing is left to look after. \
            There is one agent per environment of a project.
            """
    )

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        await AgentMain.run(
            projectDirectory: workspace.settings.root,
            environment: workspace.settings.environment
        )
    }
}
