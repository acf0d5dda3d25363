import ArgumentParser
import ResourceModel
import StateStores

/// Reads all of the record: `orchplan state verify`.
struct StateVerifyCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read all of the recorded state and tell whether it is whole.",
        discussion: """
            Reads every page and every row, holds each record against its fingerprint and all of them against the last \
            revision, and changes nothing. Exit status: 0 whole, 1 not.
            """
    )

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        let store = try workspace.existingStore()
        do throws(StateStoreError) {
            var problems = try await store.verify()
            if problems.isEmpty {
                let state = try await store.snapshot()
                problems = RecordAudit.problems(of: state, last: try await store.revision(state.lastRevision))
            }
            guard problems.isEmpty else {
                let format = workspace.terminal.format(.errors)
                for problem in problems.prefix(20) { workspace.errors.write(ErrorView(problem).text(format)) }
                let rest =
                    problems.count > 20
                    ? "\(problems.count) faults, of which 20 are shown" : Words.count(problems.count, "fault")
                throw .corrupt(path: workspace.settings.state, detail: rest)
            }
            let state = try await store.snapshot()
            let open = state.openOperations.count
            let format = workspace.terminal.format(.output)
            let text =
                "The state at \(workspace.settings.state) is whole: \(Words.count(state.resources.count, "resource")),"
                + " \(Words.count(state.lastRevision, "revision")), serial \(state.serial)."
            workspace.output.write(StyledText(text, .plain).wrapped(to: format.proseWidth, indent: 2), format)
            if open > 0 {
                workspace.tell("\(Words.count(open, "operation")) open: the next apply finds out what became of them")
            }
            return 0
        } catch {
            throw CommandFailure(error)
        }
    }
}
