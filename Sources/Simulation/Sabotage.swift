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
    /// The cluster takes what an earlier holder of the lock sends.
    case lateCallsTaken = "late-calls-taken"
    /// The cluster says that it knows the new holder while it is still busy with what an earlier one sent.
    case hastyAnnouncements = "hasty-announcements"
    /// The lock is taken from whoever has shown no sign of life for ten seconds.
    case leases
    /// Whoever holds the lock shows no sign of life.
    case silentHolders = "silent-holders"
    /// The loop does not tell the machine that the store has refused a write.
    case deafLoops = "deaf-loops"
    /// Two applies give their operations the same names.
    case reusedNames = "reused-names"
    /// Outcomes that change no record are not written.
    case droppedOutcomes = "dropped-outcomes"
    /// The cluster gives what it makes the wrong labels.
    case blurredLabels = "blurred-labels"
    /// A process that dies leaves something behind that is in no journal.
    case litteringDead = "littering-dead"
    /// Who asks how a service is gets the answer of the last time.
    case rememberedLooks = "remembered-looks"
    /// After the first apply every plan is empty.
    case emptyPlans = "empty-plans"
}
