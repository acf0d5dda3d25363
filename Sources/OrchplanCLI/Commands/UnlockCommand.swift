import ArgumentParser
import SourceDiagnostics
import StateDatabase
import StateStores

/// `orchplan unlock ID`: break a lock whose holder is surely gone.
struct UnlockCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Break the lock with exactly this id.",
        discussion: """
            A holder that is dead on this machine is taken over without this. The id stands in the refusal. Asks before it \
            breaks the lock of a process that lives on this machine; without a terminal that needs --yes.
            """
    )

    @Argument(help: "The lock's id.")
    var id: String

    @Flag(name: [.customShort("y"), .long], help: "Do not ask for approval.")
    var yes = false

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let store = try workspace.existingStore()
        try await approve(workspace, store)
        do throws(StateStoreError) {
            try await store.breakLock(id: id)
        } catch {
            throw CommandFailure(error)
        }
        workspace.tell("unlocked; whoever held the lock can write no more")
        return 0
    }

    /// Asks where the holder lives on this machine: what it does stops in the middle when its lock is broken.
    private func approve(_ workspace: Workspace, _ store: SQLiteStateStore) async throws {
        guard !yes, let holder = try? await store.lockHolder(), holder.request.id == id,
            LocalLiveness.check(holder) == .alive
        else { return }
        let (who, what) = (Escaping.visible(holder.request.holder), Escaping.visible(holder.request.operation))
        let lives = "the \(what) of \(who) lives on this machine (pid \(holder.request.pid))"
        guard workspace.terminal.isInteractive else {
            throw CommandFailure(
                "\(lives): without its lock it stops in the middle",
                help: "end it with ^C or SIGINT, or wait for it; break its lock all the same with --yes",
                code: ExitStatus.usage
            )
        }
        workspace.tell(lives)
        let question = ConfirmView(question: "Do you want to break its lock, so that it stops in the middle?")
        workspace.errors.write(question.text(workspace.terminal.format(.errors)))
        guard ConfirmView.isApproved(readLine()) else { throw CommandFailure("not approved, nothing was changed") }
    }
}
