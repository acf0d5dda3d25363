import ResourceModel

/// One project's state as a plain value, with the whole contract of `StateStore`: locks, fencing and takeover included.
///
/// Every function that changes something is one transaction: it throws before it changes anything. `MemoryStateStore`
/// keeps one and so does the simulation, so that what the conformance suite says of the one holds for the other.
package struct MemoryState: Sendable {
    package let project: String
    package let lineage: String
    package let key: ProjectKey
    package private(set) var serial = 0
    package private(set) var resources: [ResourceAddress: RecordedResource] = [:]
    package private(set) var lock = LockState()
    /// The ids of the requests that the lock was granted to, by epoch.
    private var grantees: [Int: String] = [:]
    /// What an apply began and has not recorded, services that have a record included.
    private var begun: Set<ResourceAddress> = []
    private var operationOrder: [String] = []
    private var operationsByID: [String: OperationRecord] = [:]
    private var history: [Revision] = []

    package init(project: String, lineage: String, key: ProjectKey) {
        self.project = project
        self.lineage = lineage
        self.key = key
    }

    // MARK: - Reading

    package func snapshot() -> RecordedState {
        let again = begun.filter { resources[$0] != nil }
        return RecordedState(
            project: project,
            lineage: lineage,
            serial: serial,
            key: key,
            resources: resources.values.sorted { $0.address < $1.address },
            openOperations: operationOrder.compactMap { operationsByID[$0] }.filter(\.outcome.isOpen),
            attempted: begun.subtracting(again),
            begunAgain: again,
            takenAway: again.filter(isTakenAway),
            lastRevision: history.count,
            cluster: history.last { $0.cluster != nil }?.cluster,
            latestPlans: Dictionary(history.suffix(20).map { ($0.plan, $0.number) }) { $1 }
        )
    }

    private func isTakenAway(_ address: ResourceAddress) -> Bool {
        guard let recorded = resources[address]?.revision else { return false }
        let later = Set(history.dropFirst(recorded).map(\.plan))
        return operationsByID.values.contains {
            $0.address == address && $0.outcome == .done && $0.isRemoval && later.contains($0.plan)
        }
    }

    /// The newest first, without their desired state.
    package func revisions(limit: Int) -> [Revision] {
        history.suffix(max(0, limit)).reversed()
            .map { revision in
                var listed = revision
                listed.desired = []
                return listed
            }
    }

    package func revision(_ number: Int) -> Revision? {
        history.indices.contains(number - 1) ? history[number - 1] : nil
    }

    /// The journal, the newest operation first.
    package func operations(limit: Int) -> [OperationRecord] {
        operationOrder.suffix(max(0, limit)).reversed().compactMap { operationsByID[$0] }
    }

    package func operation(_ id: String) -> OperationRecord? { operationsByID[id] }

    // MARK: - The lock

    package mutating func acquireLock(
        _ request: LockRequest,
        liveness: HolderLiveness
    ) throws(StateStoreError) -> LockGrant {
        let grant = try lock.acquire(request, liveness: liveness)
        grantees[grant.epoch] = grant.id
        return grant
    }

    /// The id of the request that the lock was granted to under an epoch; nil: it never was.
    package func grantee(ofEpoch number: Int) -> String? { grantees[number] }

    package mutating func heartbeat(_ grant: LockGrant, at time: Timestamp) throws(StateStoreError) {
        try lock.heartbeat(grant, at: time)
    }

    package mutating func releaseLock(_ grant: LockGrant) throws(StateStoreError) { try lock.release(grant) }

    package mutating func breakLock(id: String) throws(StateStoreError) { try lock.breakLock(id: id) }

    // MARK: - Writing

    package mutating func beginRevision(_ revision: Revision, _ grant: LockGrant) throws(StateStoreError) -> Int {
        try lock.check(grant)
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
        serial += 1
        return begun.number
    }

    package mutating func endRevision(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        failures: [ChangeFailure],
        at time: Timestamp,
        _ grant: LockGrant
    ) throws(StateStoreError) {
        try lock.check(grant)
        guard history.indices.contains(number - 1) else { throw .noSuchRevision(number) }
        history[number - 1].outcome = outcome
        history[number - 1].summary = summary
        history[number - 1].failures = failures
        history[number - 1].finishedAt = time
        serial += 1
    }

    /// Writes one entry of the journal.
    package mutating func record(_ write: JournalWrite, _ grant: LockGrant) throws(StateStoreError) {
        try lock.check(grant)
        let operation = write.operation
        if operationsByID.updateValue(operation, forKey: operation.id) == nil { operationOrder.append(operation.id) }
        switch write {
        case .intent:
            let address = operation.address
            if address.kind == .service || resources[address] == nil { begun.insert(address) }
        case .outcome(_, let changes): for change in changes { apply(change) }
        }
        serial += 1
    }

    private mutating func apply(_ change: RecordChange) {
        switch change {
        case .put(let resource):
            resources[resource.address] = resource
            begun.remove(resource.address)
        case .remove(let address):
            resources[address] = nil
            begun.remove(address)
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
}
