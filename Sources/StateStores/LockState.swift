import ResourceModel

/// The lock of one state as a plain value: who holds it, and how often it was granted.
///
/// Every store keeps one and asks it, so that all stores grant, fence and take over alike. The epoch only grows, also
/// over releases and breaks: a grant that was lost once never fits again.
package struct LockState: Sendable, Hashable {
    /// Of how many epochs a store keeps whom they were granted to, at least.
    package static let keptEpochs = 10_000

    /// The epoch of the last grant; 0: the lock was never held.
    package var epoch: Int
    package var holder: LockHolder?

    package init(epoch: Int = 0, holder: LockHolder? = nil) {
        self.epoch = epoch
        self.holder = holder
    }

    /// Grants the lock, or throws `.locked` with the holder.
    ///
    /// A dead holder is taken over, and the grant names it. Asking again with the id that holds the lock (the answer to
    /// the first request was lost) grants it anew. A holder on another host is never taken over, however old its
    /// heartbeat: clocks of two hosts prove nothing. `breakLock` is for that.
    package mutating func acquire(
        _ request: LockRequest,
        liveness: HolderLiveness
    ) throws(StateStoreError) -> LockGrant {
        var dead: LockHolder?
        if let holder, holder.request.id != request.id {
            guard liveness(holder) == .dead else { throw .locked(holder) }
            dead = holder
        }
        epoch += 1
        holder = LockHolder(request: request, acquiredAt: request.now, heartbeatAt: request.now)
        return LockGrant(id: request.id, epoch: epoch, takenOverFrom: dead)
    }

    /// Throws `.fenced` when `grant` is not the one that holds the lock.
    package func check(_ grant: LockGrant) throws(StateStoreError) {
        guard let holder, holder.request.id == grant.id, epoch == grant.epoch else {
            throw .fenced(currentEpoch: epoch)
        }
    }

    package mutating func heartbeat(_ grant: LockGrant, at time: Timestamp) throws(StateStoreError) {
        try check(grant)
        holder?.heartbeatAt = time
    }

    package mutating func release(_ grant: LockGrant) throws(StateStoreError) {
        try check(grant)
        holder = nil
    }

    /// Frees the lock when `id` is exactly its id.
    package mutating func breakLock(id: String) throws(StateStoreError) {
        guard let holder, holder.request.id == id else { throw .wrongLockID(held: holder?.request.id) }
        self.holder = nil
    }
}

/// Whether the holder of a lock still runs.
package enum HolderState: Sendable, Hashable {
    case alive
    /// It provably runs no more: its host booted since, or its process is gone.
    case dead
    /// It cannot be told from here: the holder is on another host or in another container.
    case unknown
}

/// Answers whether the holder of a lock still runs.
package typealias HolderLiveness = @Sendable (LockHolder) -> HolderState
