import ArgumentParser
import Manifests
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
            Refuses a backup that is not whole or has records that are not what they should be (see state verify), of another \
            project or of a newer format, and while somebody holds the lock. What is there is kept beside it. Nothing in the cluster changes: the next plan shows how it differs from \
            what is restored. Plans that were saved before are refused from then on.

              orchplan state restore state-before-upgrade.db
            """
    )

    @Argument(help: ArgumentHelp("The copy that state backup wrote.", valueName: "file"), completion: .file())
    var file: String

    @Flag(name: [.customShort("y"), .long], help: "Do not ask for approval.")
    var yes = false

    @Flag(name: .long, help: "Restore it although records in it are not what state verify wants them to be.")
    var despiteFaults = false

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        try checkFile()
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
                despiteFaults: despiteFaults,
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
            throw workspace.told(error, of: file)
        }
        workspace.tell("run orchplan plan\(workspace.settings.environmentFlag) to see how the cluster differs from it")
        return 0
    }

    /// Refuses what is no file before anybody is asked, and before it is read: a pipe may never end.
    private func checkFile() throws {
        do throws(FileProblem) {
            guard let status = try DiskFiles().status(file) else { throw .missing }
            guard status.kind == .regular else { throw .notRegular }
        } catch {
            throw CommandFailure(
                "cannot restore \(Escaping.visible(file)): \(error.text)",
                help: "nothing was changed; name a file that orchplan state backup wrote"
            )
        }
    }
}

extension Workspace {
    /// What is wrong with the backup is told of the backup, which is not the state.
    fileprivate func told(_ error: StateStoreError, of file: String) -> CommandFailure {
        let help = "nothing was changed; name another file that orchplan state backup wrote"
        switch error {
        case .faulty(_, let faults):
            let format = terminal.format(.errors)
            for fault in faults.prefix(20) { errors.write(ErrorView(Escaping.visible(fault)).text(format)) }
            let count = faults.count == 1 ? "a fault" : "\(faults.count) faults"
            return CommandFailure(
                "the backup \(Escaping.visible(file)) can be read, and has \(count) in what it records",
                help: "nothing was changed; name another file, or restore this one all the same with --despite-faults:"
                    + " the next plan shows how the cluster differs from it"
            )
        case .corrupt(file, let detail):
            return CommandFailure("the backup \(Escaping.visible(file)) is damaged: \(detail)", help: help)
        case .unsuitable(file, let detail), .limited(file, let detail), .io(file, let detail):
            return CommandFailure("cannot restore \(Escaping.visible(file)): \(detail)", help: help)
        case .missing(file):
            return CommandFailure("cannot restore \(Escaping.visible(file)): it is gone", help: help)
        case .otherProject(_, let found, let expected):
            return CommandFailure(
                "\(Escaping.visible(file)) is a backup of \(found), and this is \(expected)",
                help: "nothing was changed; restore it where it is of: with --env for another environment, with"
                    + " --directory for another project"
            )
        default: return CommandFailure(error)
        }
    }
}
