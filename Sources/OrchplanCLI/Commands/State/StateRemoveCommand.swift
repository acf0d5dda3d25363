import ArgumentParser
import Plans
import ResourceModel
import StateStores

/// Forgets resources: `orchplan state rm ADDRESS...`.
struct StateRemoveCommand: WorkspaceCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Forget recorded resources and leave their objects as they are.",
        discussion: """
            Takes nothing down: it is for objects that are gone for good, or that somebody else looks after from now on. \
            What stays declared is planned anew; a swarm's objects come back into the record with orchplan import.

              orchplan state rm service/web
            """
    )

    @Argument(help: ArgumentHelp("The resources.", valueName: "kind/name"))
    var addresses: [String]

    @Flag(name: [.customShort("y"), .long], help: "Do not ask for approval.")
    var yes = false

    @Option(help: ArgumentHelp("How long to wait for somebody else's apply to end.", valueName: "duration"))
    var lockTimeout: String = "0s"

    @OptionGroup var project: ProjectOptions

    func run(in workspace: Workspace) async throws -> Int32 {
        guard let limit = Duration(parsing: lockTimeout) else {
            throw CommandFailure("--lock-timeout needs a duration with a unit", help: "such as 90s", code: 64)
        }
        try workspace.requireApprover(yes)
        let store = try workspace.existingStore()
        return try await workspace.locked(store, for: "state rm", waiting: limit) { grant in
            let recorded = try await workspace.recordedState()
            let known = recorded.resources.map(\.address)
            var meant: [ResourceAddress] = []
            for word in addresses {
                let address = try AddressWords.address(word, among: known)
                guard known.contains(address) else {
                    throw CommandFailure(
                        "nothing is recorded under \(address)",
                        help: "orchplan state list shows what is"
                    )
                }
                if !meant.contains(address) { meant.append(address) }
            }
            try workspace.refuseForgetting(meant)
            try approve(meant, recorded, in: workspace)
            do throws(StateStoreError) {
                try await Self.forget(meant, recorded, store, grant)
            } catch {
                throw CommandFailure(error)
            }
            for address in meant { workspace.output.write("Forgot \(address).\n") }
            return 0
        }
    }

    private func approve(_ addresses: [ResourceAddress], _ recorded: RecordedState, in workspace: Workspace) throws {
        guard !yes else { return }
        let names = Words.list(addresses.map(\.description), limit: 8)
        var question = ConfirmView(question: "Do you want to forget \(names) of project \(recorded.project)?")
        question.warnings = ["The objects stay as they are, and nothing looks after them any more."]
        workspace.errors.write(question.text(workspace.terminal.format(.errors)))
        guard ConfirmView.isApproved(readLine()) else { throw CommandFailure("not approved, nothing was changed") }
    }

    /// A revision of its own, so that the history tells it.
    private static func forget(
        _ addresses: [ResourceAddress],
        _ recorded: RecordedState,
        _ store: any StateStore,
        _ grant: LockGrant
    ) async throws(StateStoreError) {
        let now = SystemTimestamp.now()
        let plan = "state-rm-\(Lineage.random())"
        let revision = Revision(
            number: 0,
            startedAt: now,
            author: Workspace.author,
            summary: "forgot \(Words.list(addresses.map(\.description), limit: 3))",
            plan: plan,
            desired: recorded.resources.filter { !addresses.contains($0.address) }.map(\.resource)
        )
        let number = try await store.beginRevision(revision, grant)
        for (index, address) in addresses.enumerated() {
            let operation = OperationRecord(
                id: "\(plan.suffix(12))-\(index)",
                plan: plan,
                address: address,
                action: "forget",
                outcome: .done,
                startedAt: now,
                finishedAt: now
            )
            try await store.recordOutcome(operation, [.remove(address)], grant)
        }
        try await store.endRevision(number, outcome: .converged, summary: revision.summary, at: now, grant)
    }
}
