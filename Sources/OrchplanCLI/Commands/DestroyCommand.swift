import ArgumentParser
import Plans
import ResourceModel

/// `orchplan destroy`: take everything of the project down.
struct DestroyCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Take everything of the project down, in reverse order.",
        discussion: """
            Volumes stay unless --delete-volumes says otherwise. Refuses while a protected resource is among them. Where \
            the state was lost, --take-over takes down all that carries the project's labels, --target what it names.

              orchplan destroy
              orchplan destroy --target service/web --yes
            """
    )

    @OptionGroup var planning: PlanningOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        var apply = try execution.resolved(workspace)
        apply.title = "Destroy"
        apply.operation = "destroy"
        apply.note = "destroy"
        apply.nextCommand = TypedCommand("destroy", workspace, project).with(planning).text
        try workspace.requireApprover(apply.approved)
        let store = try await workspace.storeToDestroy(
            isNamed: !planning.target.isEmpty,
            isClaimed: planning.takeOver
        )
        let nothing = ResourceGraph.build(project: workspace.settings.project, resources: []).0
        return try await workspace.planAndRun(nothing, planning, destroy: true, store: store, apply)
    }
}
