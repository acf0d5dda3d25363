import ArgumentParser
import StateStores

/// `orchplan unlock ID`: break a lock whose holder is surely gone.
struct UnlockCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Break the lock with exactly this id.",
        discussion: "A holder that is dead on this machine is taken over without this. The id stands in the refusal."
    )

    @Argument(help: "The lock's id.")
    var id: String

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let store = try workspace.existingStore()
        do throws(StateStoreError) {
            try await store.breakLock(id: id)
        } catch {
            throw CommandFailure(error)
        }
        workspace.tell("unlocked; whoever held the lock can write no more")
        return 0
    }
}
