import ResourceModel

/// A state store that lives as long as its process: for simulations and tests of what uses a store.
///
/// Keeps the whole contract of `StateStore`, locks, fencing and takeover included, and passes the conformance suite.
package actor MemoryStateStore: StateStore {
    private let liveness: HolderLiveness
    private let clock: @Sendable () -> Timestamp
    private let faults: StoreFaults
    private var state: MemoryState
    private var writes = 0

    /// - Parameters:
    ///   - lineage: nil mints a random one.
    ///   - liveness: tells dead lock holders; without it every holder counts as alive.
    ///   - clock: stamps heartbeats; without it they keep the time of the grant.
    ///   - faults: makes writes fail; for simulations.
    package init(
        project: String,
        lineage: String? = nil,
        key: ProjectKey = .random(),
        liveness: @escaping HolderLiveness = { _ in .alive },
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(milliseconds: 0) },
        faults: StoreFaults = StoreFaults()
    ) {
        state = MemoryState(project: project, lineage: lineage ?? Lineage.random(), key: key)
        self.liveness = liveness
        self.clock = clock
        self.faults = faults
    }

    // MARK: - Reading

    package func snapshot() async throws(StateStoreError) -> RecordedState { state.snapshot() }

    package func lockHolder() async throws(StateStoreError) -> LockHolder? { state.lock.holder }

    package func grantee(ofEpoch number: Int) async throws(StateStoreError) -> String? {
        state.grantee(ofEpoch: number)
    }

    package func revisions(limit: Int) async throws(StateStoreError) -> [Revision] { state.revisions(limit: limit) }

    package func revision(_ number: Int) async throws(StateStoreError) -> Revision? { state.revision(number) }

    /// The journal, the newest operation first.
    package func operations(limit: Int) async throws(StateStoreError) -> [OperationRecord] {
        state.operations(limit: limit)
    }

    // MARK: - The lock

    package func acquireLock(_ request: LockRequest) async throws(StateStoreError) -> LockGrant {
        try commit { () throws(StateStoreError) in try state.acquireLock(request, liveness: liveness) }
    }

    package func heartbeat(_ grant: LockGrant) async throws(StateStoreError) {
        let last = state.lock.holder?.heartbeatAt ?? Timestamp(milliseconds: 0)
        try commit { () throws(StateStoreError) in try state.heartbeat(grant, at: max(clock(), last)) }
    }

    package func releaseLock(_ grant: LockGrant) async throws(StateStoreError) {
        try commit { () throws(StateStoreError) in try state.releaseLock(grant) }
    }

    package func breakLock(id: String) async throws(StateStoreError) {
        try commit { () throws(StateStoreError) in try state.breakLock(id: id) }
    }

    // MARK: - Writing

    package func beginRevision(_ revision: Revision, _ grant: LockGrant) async throws(StateStoreError) -> Int {
        try commit { () throws(StateStoreError) in try state.beginRevision(revision, grant) }
    }

    package func endRevision(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        failures: [ChangeFailure],
        at time: Timestamp,
        _ grant: LockGrant
    ) async throws(StateStoreError) {
        try commit { () throws(StateStoreError) in
            try state.endRevision(number, outcome: outcome, summary: summary, failures: failures, at: time, grant)
        }
    }

    package func record(_ writes: [JournalWrite], _ grant: LockGrant) async -> [Result<Void, StateStoreError>] {
        writes.map { write in
            do throws(StateStoreError) {
                try commit { () throws(StateStoreError) in try state.record(write, grant) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
    }

    /// Runs one write as a transaction, with the faults that the simulation wants of it.
    private func commit<Result>(_ body: () throws(StateStoreError) -> Result) throws(StateStoreError) -> Result {
        writes += 1
        if let fault = faults.fault(writes, .beforeCommit) { throw fault }
        let result = try body()
        if let fault = faults.fault(writes, .afterCommit) { throw fault }
        return result
    }
}
