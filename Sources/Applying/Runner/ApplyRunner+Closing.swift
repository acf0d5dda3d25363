import Drivers
import ResourceModel
import StateStores

/// What an apply left that died or was interrupted, and what became of it.
package struct Interruption: Sendable {
    /// What it was: `apply`, `destroy`, `rollback` or `import`.
    package var command = "apply"
    /// The operations that it announced and never closed, with their outcomes.
    package var operations: [OperationRecord] = []
    /// Its revision, where that was the last and nothing was left to do of it.
    package var closed: Int?

    package init(command: String = "apply", operations: [OperationRecord] = [], closed: Int? = nil) {
        self.command = command
        self.operations = operations
        self.closed = closed
    }

    package var isNothing: Bool { operations.isEmpty && closed == nil }
}

extension ApplyRunner {
    /// Closes what an earlier run left, where nothing else is to be done: what it sent is over or refused by then.
    ///
    /// Its journal is looked up. Its revision did not come to its end and never will, so another one says that nothing
    /// is left to do of it: whoever asks is told of the last.
    package func closeInterrupted(
        author: String,
        takesOver: Bool = false,
        _ grant: LockGrant
    ) async throws(ApplyError) -> Interruption {
        let state = try await snapshot()
        let cluster = try await cluster(state, takesOver: takesOver)
        try await announce(state, grant)
        let last: Revision?
        do throws(StateStoreError) { last = try await store.revisions(limit: 1).first } catch { throw .store(error) }
        var interruption = try await closeJournal(of: state, grant)
        guard let last, !last.outcome.isEnd else { return interruption }
        if interruption.operations.isEmpty { interruption.command = last.command }
        let name = Array("after revision \(last.number) of \(state.lineage)".utf8)
        let revision = Revision(
            number: last.number + 1,
            startedAt: wallTime(),
            author: author,
            summary: "nothing was left to do after the \(last.command) of revision \(last.number)",
            plan: Fingerprinter(key: state.key).digest(name).text,
            desired: state.resources.sorted { $0.address < $1.address }.map(\.resource),
            cluster: cluster
        )
        do throws(StateStoreError) {
            let number = try await store.beginRevision(revision, grant)
            try await store.endRevision(
                number,
                outcome: .converged,
                summary: revision.summary,
                at: wallTime(),
                grant
            )
        } catch {
            throw .store(error)
        }
        interruption.closed = last.number
        return interruption
    }

    /// Closes the journal of an earlier apply that was interrupted.
    func closeJournal(of state: RecordedState, _ grant: LockGrant) async throws(ApplyError) -> Interruption {
        let open = state.openOperations
        guard let plan = open.last?.plan else { return Interruption() }
        let inventory: Inventory
        do throws(DriverError) { inventory = try await driver.inventory(ports: []) } catch { throw .driver(error) }
        var resolved = resolveInterrupted(open: open, inventory: inventory)
        let now = wallTime()
        for index in resolved.indices { resolved[index].finishedAt = now }
        for result in await store.record(resolved.map { .outcome($0, []) }, grant) {
            do throws(StateStoreError) { try result.get() } catch { throw .store(error) }
        }
        var interruption = Interruption(operations: resolved)
        guard let number = state.latestPlans[plan] else { return interruption }
        do throws(StateStoreError) {
            interruption.command = try await store.revision(number)?.command ?? "apply"
        } catch {
            throw .store(error)
        }
        return interruption
    }
}

extension Revision {
    /// What was typed to make it, as its summary tells: `apply`, `destroy`, `rollback` or `import`.
    package var command: String {
        for part in summary.split(separator: "; ") {
            if part.hasPrefix("destroy: ") { return "destroy" }
            if part.hasPrefix("rollback to revision ") { return "rollback" }
            if part.hasPrefix("planned: "), part.hasSuffix(" to import") { return "import" }
        }
        return "apply"
    }
}
