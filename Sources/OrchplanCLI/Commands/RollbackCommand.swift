import ArgumentParser
import Plans
import ResourceModel

/// `orchplan rollback`: go back to what an earlier revision declared.
struct RollbackCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Go back to what an earlier revision declared.",
        discussion: """
            Without a number: to the last revision that converged before the present one. The manifests stay as they are, \
            so the next apply goes forward again unless they are changed too. Exit statuses are those of apply.

              orchplan history
              orchplan rollback 3
            """
    )

    @Argument(help: "The revision to go back to.")
    var revision: Int?

    @OptionGroup var planning: PlanningOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        var apply = try execution.resolved(workspace)
        apply.title = "Rollback"
        apply.operation = "rollback"
        try workspace.requireApprover(apply.approved)
        let store = try workspace.existingStore()
        let target = try await workspace.revision(revision, in: store)
        let typed = TypedCommand("rollback", workspace, project).with(planning)
        apply.nextCommand = typed.with(["\(target.number)"]).text
        apply.note = "rollback to revision \(target.number)"
        let resources = try target.desired.map { text in
            do throws(CanonicalError) {
                return try text.decoded(Resource.self)
            } catch {
                throw CommandFailure("revision \(target.number) cannot be read: \(error)")
            }
        }
        let graph = ResourceGraph.build(project: workspace.settings.project, resources: resources).0
        workspace.tell("going back to what revision \(target.number) declared")
        return try await workspace.planAndRun(graph, planning, store: store, apply)
    }
}
