import ArgumentParser
import ResourceModel
import SourceDiagnostics
import StateDatabase
import StateStores

/// Brings a copy of the record back: `orchplan state restore FILE`.
struct StateRestoreCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the recorded state.",
        discussion: """
            Refuses a backup that is not whole, of another project or of a newer format, and while somebody holds the \
            lock. What is there is kept beside it. Nothing in the cluster changes: the next plan shows how it differs from \
            what is restored. Plans that were saved before are refused from then on.

              orchplan state restore state-before-upgrade.db
            """
    )

    @Argument(help: ArgumentHelp("The copy that state backup wrote.", valueName: "file"), completion: .file())
    var file: String

    @Flag(name: [.customShort("y"), .long], help: "Do not ask for approval.")
    var yes = false

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        try workspace.requireApprover(yes)
        let path = workspace.settings.state
        if !yes {
            let question = ConfirmView(question: "Do you want to replace the state at \(path) by \(file)?")
            workspace.errors.write(question.text(workspace.terminal.format(.errors)))
            guard ConfirmView.isApproved(readLine()) else {
                throw CommandFailure("not approved, nothing was changed")
            }
        }
        let now = SystemTimestamp.now()
        let request = ProcessIdentity.current()
            .lockRequest(holder: Workspace.userName, operation: "state restore", now: now)
        do throws(StateStoreError) {
            let done = try await SQLiteStateStore.restore(
                from: file,
                to: path,
                project: workspace.settings.project,
                request: request,
                suffix: "\(now.milliseconds)"
            )
            workspace.output.write(
                "Restored: \(Words.count(done.resources, "resource")), as of revision \(done.lastRevision).\n"
            )
            if let kept = done.keptAt { workspace.tell("what was there before is kept in \(kept)") }
        } catch {
            guard case .otherProject(_, let found, let expected) = error else { throw CommandFailure(error) }
            throw CommandFailure(
                "\(Escaping.visible(file)) is a backup of \(found), and this is \(expected)",
                help: "nothing was changed; restore it where it is of: with --env for another environment, with"
                    + " --directory for another project"
            )
        }
        workspace.tell("run orchplan plan\(workspace.settings.environmentFlag) to see how the cluster differs from it")
        return 0
    }
}
