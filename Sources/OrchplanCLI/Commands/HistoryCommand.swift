import ArgumentParser
import ResourceModel
import StateStores

/// `orchplan history`: what was applied, when, by whom, and how it ended.
struct HistoryCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List what was applied, when, by whom, and how it ended.",
        discussion: """
            With a number: that revision, and what it declared otherwise than the one before.

              orchplan history
              orchplan history 3
            """
    )

    @Argument(help: "The revision to show.")
    var revision: Int?

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("At most this many, the newest first.", valueName: "n")
    )
    var limit: Int = 20

    @Option(help: "How to print: text or json.")
    var format: TextOrJSON = .text

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let store = try workspace.existingStore()
        if let revision { return try await show(revision, store, workspace) }
        let revisions: [Revision]
        do throws(StateStoreError) {
            revisions = workspace.ended(try await store.revisions(limit: max(1, limit)), try await store.lockHolder())
        } catch {
            throw CommandFailure(error)
        }
        switch format {
        case .text:
            let view = HistoryView(revisions, now: SystemTimestamp.now())
            workspace.output.write(view.text(workspace.terminal.format(.output)))
        case .json: workspace.output.write(HistoryJSON(revisions).text() + "\n")
        }
        return 0
    }

    /// One revision beside the one before it.
    private func show(_ number: Int, _ store: any StateStore, _ workspace: Workspace) async throws -> Int32 {
        do throws(StateStoreError) {
            guard let read = try await store.revision(number) else { throw .noSuchRevision(number) }
            let revision = workspace.ended([read], try await store.lockHolder())[0]
            let earlier = number > 1 ? try await store.revision(number - 1) : nil
            switch format {
            case .text:
                let view = RevisionView(revision, after: earlier, now: SystemTimestamp.now())
                workspace.output.write(view.text(workspace.terminal.format(.output)))
            case .json: workspace.output.write(HistoryJSON([revision], tellsDeclared: true).text() + "\n")
            }
            return 0
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension Workspace {
    /// The revision of that number, or the last that converged before the present one.
    func revision(_ number: Int?, in store: any StateStore) async throws -> Revision {
        do {
            let revisions = try await store.revisions(limit: .max)
            if let number {
                guard let revision = try await store.revision(number) else {
                    throw CommandFailure("there is no revision \(number)", help: "orchplan history lists them")
                }
                guard !revision.desired.isEmpty else {
                    throw CommandFailure(
                        "revision \(number) took everything down",
                        help: "to do that again: orchplan destroy\(settings.environmentFlag)"
                    )
                }
                return revision
            }
            for earlier in revisions.dropFirst() where earlier.outcome == .converged {
                guard let revision = try await store.revision(earlier.number), !revision.desired.isEmpty else {
                    continue
                }
                return revision
            }
            throw CommandFailure(
                "there is no earlier revision that converged and declared anything",
                help: "orchplan history lists them; name one of them"
            )
        } catch let error as StateStoreError {
            throw CommandFailure(error)
        }
    }
}
