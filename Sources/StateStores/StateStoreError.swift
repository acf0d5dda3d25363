/// Why a store could not do something.
package enum StateStoreError: Error, Sendable, Hashable {
    /// Somebody else holds the lock.
    case locked(LockHolder)
    /// The lock was lost: its epoch is over.
    case fenced(currentEpoch: Int)
    /// `unlock` was given an id that is not the lock's.
    case wrongLockID(held: String?)
    /// The plan was applied before, by this revision.
    case alreadyApplied(revision: Int)
    /// A revision is to be ended that never began.
    case noSuchRevision(Int)
    /// There is no state here yet.
    case missing(path: String)
    /// The state is another project's.
    case otherProject(path: String, found: String, expected: String)
    /// The state was written by a newer version.
    case newerFormat(found: Int, supported: Int, path: String)
    /// The state is damaged.
    case corrupt(path: String, detail: String)
    /// The state can be read, and records in it are not what they should be: one line each, never none.
    case faulty(path: String, faults: [String])
    /// The state cannot live here: a network file system, wrong permissions.
    case unsuitable(path: String, detail: String)
    /// Other processes kept the database busy for longer than a writer waits.
    case busy(path: String)
    /// This process may not do what it would have to, for a limit that it was given; the detail says how to raise it.
    case limited(path: String, detail: String)
    /// The disk is full, a write failed.
    case io(path: String, detail: String)
}
