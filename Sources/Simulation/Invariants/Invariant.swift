import ResourceModel

/// What must be so, whatever the seed.
package enum Invariant: String, Sendable, Hashable, CaseIterable {
    /// What the store said is written is there.
    case acknowledgedIsKept = "acknowledged-is-kept"
    /// Only the last who was given the lock writes.
    case oneWriterPerEpoch = "one-writer-per-epoch"
    /// The lock goes on only when its holder let go of it, is known to be dead, or somebody broke it.
    case lockIsNotStolen = "lock-is-not-stolen"
    /// Whoever holds the lock and lives has shown it within the time of a heartbeat.
    case signsOfLife = "signs-of-life"
    /// Once a cluster knows of the next holder, nothing that an earlier one sent changes it.
    case fencedChangesNothing = "fenced-changes-nothing"
    /// Who knows that the lock is lost changes nothing in the cluster any more.
    case fencedStops = "fenced-stops"
    /// The driver is asked for nothing whose intent is not written.
    case intentBeforeEffect = "intent-before-effect"
    /// No two operations have one id.
    case operationsAreUnique = "operations-are-unique"
    /// No two live instances of one definition fill one slot, and no two objects stand for one resource.
    case nothingIsDoubled = "nothing-is-doubled"
    /// At most `--batch` things change at a time.
    case batchLimit = "batch-limit"
    /// Nothing starts before what it needs is there and healthy, and no batch before those in front of it.
    case needsHoldFirst = "needs-hold-first"
    /// Deletions come last.
    case deletesLast = "deletes-last"
    /// A rollout leaves as many healthy instances as its forecast said.
    case forecastHolds = "forecast-holds"
    /// A step that says it is done is done, in the cluster and in the record.
    case outcomeIsTrue = "outcome-is-true"
    /// What says that a service's change is done was shown so by the driver once its time of watching was over.
    case doneIsShown = "done-is-shown"
    /// Every intent of a run that came to its end has an outcome.
    case journalIsClosed = "journal-is-closed"
    /// Right after an apply that converged there is nothing to do.
    case planAfterSuccessIsEmpty = "plan-after-success-is-empty"
    /// Killed anywhere and applied again, an apply comes to the same end as one that was not.
    case killedComesToTheSame = "killed-comes-to-the-same"
    /// What others made is not touched.
    case strangersUntouched = "strangers-untouched"
    /// No secret's content is in a plan, a record, a revision, the journal, or a report.
    case secretsAreKept = "secrets-are-kept"
    /// Every run comes to an end in bounded time.
    case everyRunEnds = "every-run-ends"
    /// Once nothing goes wrong any more, a few applies bring the cluster to what the manifests say.
    case everythingConverges = "everything-converges"
    /// Nothing that was ever made is there without being declared, recorded or told.
    case nothingIsOrphaned = "nothing-is-orphaned"
}

/// An invariant that did not hold.
package struct Violation: Sendable, Hashable {
    package var invariant: Invariant
    package var message: String
    package var at: Duration

    package var text: String { "\(invariant.rawValue) at \(at.text): \(message)" }
}

extension World {
    /// Takes note of a check, and of what it found.
    mutating func check(_ invariant: Invariant, _ problem: String?) {
        statistics.checks[invariant, default: 0] += 1
        guard let message = problem else { return }
        note(nil, "VIOLATION \(invariant.rawValue): \(message)")
        if violations.count < 20 { violations.append(Violation(invariant: invariant, message: message, at: now)) }
    }
}
