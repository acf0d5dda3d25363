/// One applied change set: what `history` lists and `rollback` returns to.
package struct Revision: Sendable, Hashable {
    package var number: Int
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    /// `user@host`.
    package var author: String
    package var outcome: RevisionOutcome
    /// What was done: `1 added, 2 changed, 0 destroyed; 1 rolled back`; while it runs,
    /// `planned: 1 to add, 2 to change, 0 to destroy`, and if it died then, how much of that was recorded.
    package var summary: String
    /// The digest of the plan that made it.
    package var plan: String
    /// The compiled desired state, one resource each, for rollback; empty when listed without it.
    package var desired: [CanonicalText]
    /// The replica counts that it set because a service's load asked for them.
    package var scalings: [ScalingRecord]
    /// The changes that it tried and did not get through.
    package var failures: [ChangeFailure]
    /// The id of the cluster that it was made on; nil: its driver's cluster has none.
    package var cluster: String?

    package init(
        number: Int,
        startedAt: Timestamp,
        finishedAt: Timestamp? = nil,
        author: String,
        outcome: RevisionOutcome = .running,
        summary: String,
        plan: String,
        desired: [CanonicalText] = [],
        scalings: [ScalingRecord] = [],
        failures: [ChangeFailure] = [],
        cluster: String? = nil
    ) {
        self.number = number
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.author = author
        self.outcome = outcome
        self.summary = summary
        self.plan = plan
        self.desired = desired
        self.scalings = scalings
        self.failures = failures
        self.cluster = cluster
    }
}

extension Revision {
    /// The summary of a revision whose apply died: what got recorded, and what was planned.
    ///
    /// - Parameter changes: The changes that it got recorded.
    package func summary(lostAfter changes: Int) -> String {
        "\(changes) \(changes == 1 ? "change" : "changes") recorded; \(summary)"
    }
}

/// How an apply ended.
package enum RevisionOutcome: String, CanonicalEnum {
    case running
    case converged
    case failed
    case rolledBack
    case paused
    case timedOut
    case interrupted

    /// Whether the apply came to an end of its own, good or bad.
    package var isEnd: Bool { self != .running && self != .interrupted }
}
