import Drivers
import Plans
import ResourceModel
import StateStores

/// What to apply, and in whose name.
package struct ApplyRequest: Sendable {
    package var plan: Plan
    package var planDigest: String
    /// The whole desired graph, for `history` and `rollback`.
    package var desired: [CanonicalText]
    /// `user@host`.
    package var author: String
    /// The lock that the apply runs under.
    package var grant: LockGrant
    /// How long a step may go without progress.
    package var timeout: Duration
    /// Whether the record may move to another cluster than the one that it belongs to.
    package var takesOver: Bool
    /// What kind of apply it is, for `history`: `destroy`, `rollback to revision 3`; nil: one like any other.
    package var note: String?

    package init(
        plan: Plan,
        planDigest: String,
        desired: [CanonicalText],
        author: String,
        grant: LockGrant,
        timeout: Duration = .seconds(600),
        takesOver: Bool = false,
        note: String? = nil
    ) {
        self.plan = plan
        self.planDigest = planDigest
        self.desired = desired
        self.author = author
        self.grant = grant
        self.timeout = timeout
        self.takesOver = takesOver
        self.note = note
    }

    /// A revision's summary: of what kind it was, and what was done.
    func summary(_ counts: String) -> String { note.map { "\($0): \(counts)" } ?? counts }
}

/// What came of an apply.
package struct ApplyConclusion: Sendable {
    package var report: ApplyReport
    /// The revision that it made; nil: it was stale and made none.
    package var revision: Int?
    /// What an earlier, interrupted apply left open, looked up and closed.
    package var interruption: Interruption
    /// Outcomes that the store refused, to be shown and kept elsewhere.
    package var unsaved: [UnsavedOutcome]
    /// Why the revision could not be closed.
    package var storeError: StateStoreError?
}

/// Why an apply did not even start.
package enum ApplyError: Error, Sendable {
    case store(StateStoreError)
    case driver(DriverError)
}
