/// Faults that are built into the simulation's own store, driver or loop on purpose, to prove that it would find them.
package enum Sabotage: String, Sendable, CaseIterable {
    /// The store says that an intent is written before it is.
    case earlyIntents = "early-intents"
    /// The store takes writes under a lock that was lost.
    case fenceIgnored = "fence-ignored"
    /// The store says that a write is done, and now and then it is not.
    case lostWrites = "lost-writes"
    /// One more thing than allowed is changed at a time.
    case batchOffByOne = "batch-off-by-one"
    /// One more instance than planned is replaced at a time.
    case wideRollouts = "wide-rollouts"
    /// Deletions come first.
    case deletesFirst = "deletes-first"
    /// Every apply says that it converged.
    case alwaysConverged = "always-converged"
    /// Every instance is told to be healthy.
    case healthIgnored = "health-ignored"
    /// The driver says that something is gone, and leaves it there.
    case falseRemovals = "false-removals"
    /// The driver removes more than it was told.
    case strangersRemoved = "strangers-removed"
    /// The driver starts an instance twice.
    case doubledInstances = "doubled-instances"
    /// A secret's content gets into the journal.
    case leakedSecrets = "leaked-secrets"
    /// Nobody is ever woken.
    case lostWakes = "lost-wakes"
}
