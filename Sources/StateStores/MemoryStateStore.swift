import ResourceModel

/// A state store that lives as long as its process: for simulations and tests of what uses a store.
///
/// Keeps the whole contract of `StateStore`, locks, fencing and takeover included, and passes the conformance suite.
package actor MemoryStateStore: StateStore {
    private let project: String
    private let lineage: String
    private let key: ProjectKey
    private let liveness: HolderLiveness
    private let clock: @Sendable () -> Timestamp
    private let faults: StoreFaults

    private var serial = 0
    private var resources: [ResourceAddress: RecordedResource] = [:]
    private var attempted: Set<ResourceAddress> = []
    private var operationOrder: [String] = []
    private var operationsByID: [String: OperationRecord] = [:]
    private var history: [Revision] = []
    private var lock = LockState()
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
        self.project = project
        self.lineage = lineage ?? Lineage.random()
        self.key = key
        self.liveness = liveness
        self.clock = clock
        self.faults = faults
    }

    // MARK: - Reading

    package func snapshot() async throws(StateStoreError) -> RecordedState {
        RecordedState(
            project: project,
            lineage: lineage,
            serial: serial,
            key: key,
            resources: resources.values.sorted { $0.address < $1.address },
            openOperations: operationOrder.compactMap { operationsByID[$0] }.filter(\.outcome.isOpen),
            attempted: attempted,
            lastRevision: history.count,
            cluster: history.last { $0.cluster != nil }?.cluster,
            latestPlans: Dictionary(history.suffix(20).map { ($0.plan, $0.number) }) { $1 }
        )
    }

    package func lockHolder() async throws(StateStoreError) -> LockHolder? {
        lock.holder
    }

    package func revisions(limit: Int) async throws(StateStoreError) -> [Revision] {
        history.suffix(max(0, limit)).reversed()
            .map { revision in
                var listed = revision
                listed.desired = []
                return listed
            }
    }

    package func revision(_ number: Int) async throws(StateStoreError) -> Revision? {
        history.indices.contains(number - 1) ? history[number - 1] : nil
    }

    /// The journal, the newest operation first.
    package func operations(limit: Int) async throws(StateStoreError) -> [OperationRecord] {
        operationOrder.suffix(max(0, limit)).reversed().compactMap { operationsByID[$0] }
    }

    // MARK: - The lock

    package func acquireLock(_ request: LockRequest) async throws(StateStoreError) -> LockGrant {
        try commit { () throws(StateStoreError) in try lock.acquire(request, liveness: liveness) }
    }

    package func heartbeat(_ grant: LockGrant) async throws(StateStoreError) {
        try commit { () throws(StateStoreError) in try lock.heartbeat(grant, at: max(clock(), heartbeatTime)) }
    }

    package func releaseLock(_ grant: LockGrant) async throws(StateStoreError) {
        try commit { () throws(StateStoreError) in try lock.release(grant) }
    }

    package func breakLock(id: String) async throws(StateStoreError) {
        try commit { () throws(StateStoreError) in try lock.breakLock(id: id) }
    }

    private var heartbeatTime: Timestamp { lock.holder?.heartbeatAt ?? Timestamp(milliseconds: 0) }

    // MARK: - Writing

    package func beginRevision(_ revision: Revision, _ grant: LockGrant) async throws(StateStoreError) -> Int {
        try commit(under: grant) { () throws(StateStoreError) in
            if let earlier = history.first(where: { $0.plan == revision.plan }) {
                throw .alreadyApplied(revision: earlier.number)
            }
            for index in history.indices where history[index].outcome == .running {
                history[index].outcome = .interrupted
                history[index].summary = history[index].summary(lostAfter: changes(of: history[index]))
            }
            var begun = revision
            begun.number = history.count + 1
            history.append(begun)
            return begun.number
        }
    }

    package func endRevision(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        failures: [ChangeFailure],
        at time: Timestamp,
        _ grant: LockGrant
    ) async throws(StateStoreError) {
        try commit(under: grant) { () throws(StateStoreError) in
            guard history.indices.contains(number - 1) else { throw .noSuchRevision(number) }
            history[number - 1].outcome = outcome
            history[number - 1].summary = summary
            history[number - 1].failures = failures
            history[number - 1].finishedAt = time
        }
    }

    package func record(_ writes: [JournalWrite], _ grant: LockGrant) async -> [Result<Void, StateStoreError>] {
        writes.map { write in
            do throws(StateStoreError) {
                try commit(under: grant) { () throws(StateStoreError) in record(write) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
    }

    /// The changes that a revision got recorded: what carries its number, and what it removed.
    private func changes(of revision: Revision) -> Int {
        let removed = operationsByID.values.filter {
            $0.plan == revision.plan && $0.outcome == .done && $0.error == nil && $0.action.hasPrefix("remove ")
                && resources[$0.address] == nil
        }
        return resources.values.count { $0.revision == revision.number } + Set(removed.map(\.address)).count
    }

    private func record(_ write: JournalWrite) {
        journal(write.operation)
        switch write {
        case .intent(let operation):
            if resources[operation.address] == nil { attempted.insert(operation.address) }
        case .outcome(_, let changes):
            for change in changes {
                switch change {
                case .put(let resource):
                    resources[resource.address] = resource
                    attempted.remove(resource.address)
                case .remove(let address):
                    resources[address] = nil
                    attempted.remove(address)
                }
            }
        }
    }

    private func journal(_ operation: OperationRecord) {
        if operationsByID.updateValue(operation, forKey: operation.id) == nil { operationOrder.append(operation.id) }
    }

    /// Runs one write as a transaction: `body` throws before it changes anything.
    private func commit<Result>(
        under grant: LockGrant? = nil,
        _ body: () throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        writes += 1
        if let fault = faults.fault(writes, .beforeCommit) { throw fault }
        if let grant { try lock.check(grant) }
        let result = try body()
        if grant != nil { serial += 1 }
        if let fault = faults.fault(writes, .afterCommit) { throw fault }
        return result
    }
}
