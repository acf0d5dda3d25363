/// What was done and what went wrong, over one seed or many.
package struct Statistics: Sendable {
    package var seeds = 0
    /// Moments at which something happened.
    package var steps = 0
    package var applies = 0
    /// How applies ended, by the words of their outcome.
    package var endings: [String: Int] = [:]
    /// What struck, by its kind.
    package var faults: [FaultKind: Int] = [:]
    /// Processes that died, by what they were about to do or had just done.
    package var crashes: [String: Int] = [:]
    /// Processes that stood still, by where.
    package var pauses: [String: Int] = [:]
    /// Signs of life that holders of the lock have shown.
    package var heartbeats = 0
    /// Locks that people broke.
    package var unlocks = 0
    /// Acts that were killed in a world beside, applied again, and compared.
    package var comparisons = 0
    /// How often each invariant was looked at.
    package var checks: [Invariant: Int] = [:]

    package init() {}

    package mutating func add(_ other: Statistics) {
        seeds += other.seeds
        steps += other.steps
        applies += other.applies
        comparisons += other.comparisons
        heartbeats += other.heartbeats
        unlocks += other.unlocks
        endings.merge(other.endings) { $0 + $1 }
        faults.merge(other.faults) { $0 + $1 }
        crashes.merge(other.crashes) { $0 + $1 }
        pauses.merge(other.pauses) { $0 + $1 }
        checks.merge(other.checks) { $0 + $1 }
    }
}
