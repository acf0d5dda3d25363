import ArgumentParser
import SourceDiagnostics
import StateDatabase
import StateStores

/// Copies the record: `orchplan state backup FILE`.
struct StateBackupCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a copy of the recorded state.",
        discussion: """
            The copy is one file of mode 0600, whole as of one moment also while an apply is under way, and never replaces \
            a file. It holds the project's key: keep it as private as the state.

              orchplan state backup state-before-upgrade.db
            """
    )

    @Argument(help: ArgumentHelp("Where the copy goes.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let store = try workspace.existingStore()
        guard !SQLiteStateStore.exists(at: file) else {
            throw CommandFailure(
                "\(Escaping.visible(file)) exists, and a backup never replaces a file",
                help: "name another one"
            )
        }
        do throws(StateStoreError) {
            let holder = workspace.living(try await store.lockHolder())
            try await store.backup(to: file)
            if let request = holder?.request {
                workspace.tell(
                    "taken while \(request.operation) of \(request.holder) (pid \(request.pid)) is under way"
                )
            }
        } catch {
            throw CommandFailure(error)
        }
        workspace.tell(
            "saved to \(file); bring it back with: orchplan state restore\(workspace.settings.environmentFlag) \(file)"
        )
        return 0
    }
}
