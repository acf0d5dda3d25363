import ResourceModel

/// Keeps one project's recorded state.
///
/// Every write names the epoch of the lock it was made under and is refused when that lock is no longer held: the
/// epoch is the fencing token that keeps a suspended process from writing after somebody took over. A write that
/// returned is durable; one that threw `.io` may have happened or not, unless the error says. Reads need no lock.
/// Every write under a lock adds one to the serial; the lock's own operations do not.
package protocol StateStore: Sendable {
    /// The whole recorded state as of one moment.
    func snapshot() async throws(StateStoreError) -> RecordedState

    /// Takes the lock, or says who holds it.
    ///
    /// A lock whose holder is dead on this host is taken over; the grant says so.
    func acquireLock(_ request: LockRequest) async throws(StateStoreError) -> LockGrant
    /// Shows that the holder lives.
    func heartbeat(_ grant: LockGrant) async throws(StateStoreError)
    func releaseLock(_ grant: LockGrant) async throws(StateStoreError)
    /// The id of the request that the lock was granted to under an epoch.
    ///
    /// By it a cluster tells whether a state is the one that was worked with last, or an old copy of it.
    ///
    /// - Returns: Empty where it was granted before that was kept; nil where this state never granted it.
    func grantee(ofEpoch number: Int) async throws(StateStoreError) -> String?
    /// Who holds the lock; nil: nobody.
    func lockHolder() async throws(StateStoreError) -> LockHolder?
    /// Breaks the lock with exactly this id.
    func breakLock(id: String) async throws(StateStoreError)

    /// Starts a revision and returns its number, one more than the last; the number in `revision` is not looked at.
    ///
    /// Refuses a plan (by digest) that an earlier revision already began, however that ended. Revisions that still say
    /// `running` belong to an apply that died, since the lock is held by this one: they become `interrupted`.
    func beginRevision(_ revision: Revision, _ grant: LockGrant) async throws(StateStoreError) -> Int
    /// Ends a revision; the summary of what was done takes the place of what was planned.
    ///
    /// - Parameter failures: The changes that were tried and did not get through.
    func endRevision(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        failures: [ChangeFailure],
        at time: Timestamp,
        _ grant: LockGrant
    ) async throws(StateStoreError)

    /// Writes entries of the journal in this order, as few commits as the store can.
    ///
    /// Each is a write of its own: refused or done whatever becomes of the others, counted in the serial, durable when
    /// this returns. Doing it again with the same operation id replaces the entry: a write whose answer was lost may be
    /// repeated. Callers gather what is waiting while a call is running and hand it over together: a commit costs the
    /// same for one write and for a hundred.
    ///
    /// - Returns: One result for each write, in their order.
    func record(_ writes: [JournalWrite], _ grant: LockGrant) async -> [Result<Void, StateStoreError>]

    /// Revisions without their desired state, the newest first.
    func revisions(limit: Int) async throws(StateStoreError) -> [Revision]
    /// One revision with its desired state; nil: there is none of that number.
    func revision(_ number: Int) async throws(StateStoreError) -> Revision?
}

extension StateStore {
    /// Ends a revision in which no change failed on its own.
    package func endRevision(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        at time: Timestamp,
        _ grant: LockGrant
    ) async throws(StateStoreError) {
        try await endRevision(number, outcome: outcome, summary: summary, failures: [], at: time, grant)
    }
}

/// One change of the recorded resources.
package enum RecordChange: Sendable, Hashable {
    case put(RecordedResource)
    /// Nothing of it is left, or nothing that is this state's; there may be no record.
    case remove(ResourceAddress)
}

/// Who wants the lock, and for what.
package struct LockRequest: Sendable, Hashable {
    /// A random text; `unlock` needs exactly this.
    package var id: String
    package var holder: String
    package var host: String
    package var pid: Int
    /// Tells a reboot: a pid of another boot is nobody.
    package var bootID: String
    /// When the process started, in the kernel's ticks: tells a reused pid.
    package var startTicks: UInt64
    /// `apply`, `destroy`, `rollback`.
    package var operation: String
    package var now: Timestamp

    package init(
        id: String,
        holder: String,
        host: String,
        pid: Int,
        bootID: String,
        startTicks: UInt64,
        operation: String,
        now: Timestamp
    ) {
        self.id = id
        self.holder = holder
        self.host = host
        self.pid = pid
        self.bootID = bootID
        self.startTicks = startTicks
        self.operation = operation
        self.now = now
    }
}

/// A held lock.
package struct LockGrant: Sendable, Hashable {
    package var id: String
    /// The fencing token: grows with every grant.
    package var epoch: Int
    /// The dead holder whom the lock was taken from.
    package var takenOverFrom: LockHolder?

    package init(id: String, epoch: Int, takenOverFrom: LockHolder? = nil) {
        self.id = id
        self.epoch = epoch
        self.takenOverFrom = takenOverFrom
    }
}

/// Who holds a lock.
package struct LockHolder: Sendable, Hashable {
    package var request: LockRequest
    package var acquiredAt: Timestamp
    package var heartbeatAt: Timestamp

    package init(request: LockRequest, acquiredAt: Timestamp, heartbeatAt: Timestamp) {
        self.request = request
        self.acquiredAt = acquiredAt
        self.heartbeatAt = heartbeatAt
    }
}
