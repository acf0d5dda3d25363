import StateStores

extension Connection {
    /// Runs several writes in one transaction, each as if it were alone: one sync of the disk makes all of them durable.
    ///
    /// Each has a savepoint of its own, so that one which is refused takes nothing of its neighbours with it. A group
    /// that cannot be committed as a whole (it was too large for what is left of the disk) is tried write by write.
    ///
    /// - Returns: One result for each write, in their order; those that succeeded are durable.
    func writeEach<Write>(
        _ writes: [Write],
        _ body: (Write) throws(StateStoreError) -> Void
    ) -> [Result<Void, StateStoreError>] {
        guard writes.count > 1 else { return writes.map { alone($0, body) } }
        do throws(StateStoreError) {
            return try write { () throws(StateStoreError) in
                var results: [Result<Void, StateStoreError>] = []
                for item in writes {
                    results.append(try separately { () throws(StateStoreError) in try body(item) })
                }
                return results
            }
        } catch {
            // Nothing of the group is there. After a failing disk, or while others hold the file, no write is better
            // off alone: each would only fail or wait in its turn.
            if case .busy = error { return writes.map { _ in .failure(error) } }
            return isBroken ? writes.map { _ in .failure(error) } : writes.map { alone($0, body) }
        }
    }

    private func alone<Write>(
        _ item: Write,
        _ body: (Write) throws(StateStoreError) -> Void
    ) -> Result<Void, StateStoreError> {
        do throws(StateStoreError) {
            try write { () throws(StateStoreError) in try body(item) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// One write inside the transaction; throws when the failure ended the whole transaction.
    private func separately(
        _ body: () throws(StateStoreError) -> Void
    ) throws(StateStoreError) -> Result<Void, StateStoreError> {
        try prepare("SAVEPOINT one").run()
        do throws(StateStoreError) {
            try body()
        } catch {
            guard isInTransaction, !isBroken else { throw error }
            resetStatements()
            try prepare("ROLLBACK TO one").run()
            try prepare("RELEASE one").run()
            return .failure(error)
        }
        try prepare("RELEASE one").run()
        return .success(())
    }
}
