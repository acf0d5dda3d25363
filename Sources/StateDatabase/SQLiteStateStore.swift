import ResourceModel
import StateStores

/// The recorded state in an SQLite database beside the project.
///
/// One connection, confined to this actor; other processes have theirs. Every write first checks the lock's id and epoch
/// in its transaction, and is durable (write-ahead log, synchronous FULL) when it returns; journal writes that are handed
/// over together share a transaction, and so the one slow thing, the sync of the disk. Reads see the
/// state as of one moment and never wait for a writer. After a failed read or write of the disk no write is tried
/// again until the state is opened anew.
package actor SQLiteStateStore: StateStore {
    /// Where the database is.
    package nonisolated let path: String
    /// The project whose state this is.
    package nonisolated let project: String

    let connection: Connection
    private let liveness: HolderLiveness
    private let clock: @Sendable () -> Timestamp
    private var fingerprinter: Fingerprinter?

    init(
        connection: sending Connection,
        project: String,
        liveness: @escaping HolderLiveness,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        path = connection.path
        self.project = project
        self.connection = connection
        self.liveness = liveness
        self.clock = clock
    }

    // MARK: - Reading

    package func snapshot() async throws(StateStoreError) -> RecordedState {
        try connection.read { () throws(StateStoreError) in
            var state = try ProjectTable.state(connection)
            state.resources = try ResourceTable.all(connection)
            state.openOperations = try OperationTable.open(connection)
            try AttemptTable.read(into: &state, connection)
            state.lastRevision = try RevisionTable.last(connection)
            state.cluster = try RevisionTable.cluster(connection)
            state.latestPlans = try RevisionTable.latestPlans(connection, limit: 20)
            return state
        }
    }

    package func grantee(ofEpoch number: Int) async throws(StateStoreError) -> String? {
        try EpochTable.grantee(number, connection)
    }

    package func lockHolder() async throws(StateStoreError) -> LockHolder? {
        try LockTable.state(connection).holder
    }

    package func revisions(limit: Int) async throws(StateStoreError) -> [Revision] {
        try RevisionTable.newest(connection, limit: limit)
    }

    package func revision(_ number: Int) async throws(StateStoreError) -> Revision? {
        try connection.read { () throws(StateStoreError) in try RevisionTable.one(connection, number) }
    }

    /// The journal, the newest operation first.
    package func operations(limit: Int) async throws(StateStoreError) -> [OperationRecord] {
        try OperationTable.newest(connection, limit: limit)
    }

    // MARK: - The lock

    package func acquireLock(_ request: LockRequest) async throws(StateStoreError) -> LockGrant {
        try changeLock { (lock: inout LockState) throws(StateStoreError) in
            let grant = try lock.acquire(request, liveness: liveness)
            try EpochTable.add(grant, connection)
            return grant
        }
    }

    package func heartbeat(_ grant: LockGrant) async throws(StateStoreError) {
        let now = clock()
        try changeLock { (lock: inout LockState) throws(StateStoreError) in try lock.heartbeat(grant, at: now) }
    }

    package func releaseLock(_ grant: LockGrant) async throws(StateStoreError) {
        try changeLock { (lock: inout LockState) throws(StateStoreError) in try lock.release(grant) }
        // The file alone is then the whole state, should somebody copy it without its log. Not needed: no error.
        try? connection.checkpoint()
    }

    package func breakLock(id: String) async throws(StateStoreError) {
        try changeLock { (lock: inout LockState) throws(StateStoreError) in try lock.breakLock(id: id) }
    }

    private func changeLock<Result>(
        _ change: (inout LockState) throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        try connection.write { () throws(StateStoreError) in
            var lock = try LockTable.state(connection)
            let result = try change(&lock)
            try LockTable.save(lock, connection)
            return result
        }
    }

    // MARK: - Writing

    package func beginRevision(_ revision: Revision, _ grant: LockGrant) async throws(StateStoreError) -> Int {
        let digests = try digests(of: revision.desired)
        return try write(grant) { () throws(StateStoreError) in
            try RevisionTable.begin(revision, digests: digests, connection)
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
        try write(grant) { () throws(StateStoreError) in
            try RevisionTable.end(
                number,
                outcome: outcome,
                summary: summary,
                failures: failures,
                at: time,
                connection
            )
        }
    }

    package func record(_ writes: [JournalWrite], _ grant: LockGrant) async -> [Result<Void, StateStoreError>] {
        connection.writeEach(writes) { write throws(StateStoreError) in
            try underLock(grant) { () throws(StateStoreError) in
                try OperationTable.put(write.operation, connection)
                switch write {
                case .intent(let operation): try AttemptTable.note(operation.address, connection)
                case .outcome(_, let changes):
                    try ResourceTable.apply(changes, connection)
                    try AttemptTable.settle(changes, connection)
                }
            }
        }
    }

    /// One write under the lock: fenced, counted, durable when it returns.
    private func write<Result>(
        _ grant: LockGrant,
        _ body: () throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        try connection.write { () throws(StateStoreError) in try underLock(grant, body) }
    }

    /// The part of a transaction that is one write: fenced and counted.
    private func underLock<Result>(
        _ grant: LockGrant,
        _ body: () throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        try LockTable.check(grant, connection)
        let result = try body()
        try ProjectTable.countWrite(connection)
        return result
    }

    /// Digests under the project's key, by which equal texts are kept once.
    private func digests(of texts: [CanonicalText]) throws(StateStoreError) -> [String] {
        let fingerprinter: Fingerprinter
        if let made = self.fingerprinter {
            fingerprinter = made
        } else {
            fingerprinter = Fingerprinter(key: try ProjectTable.state(connection).key)
            self.fingerprinter = fingerprinter
        }
        return texts.map { fingerprinter.digest(Array($0.text.utf8)).text }
    }
}
