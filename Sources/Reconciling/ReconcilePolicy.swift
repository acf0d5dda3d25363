import Plans

/// What a reconcile loop may do by itself, and how often it looks.
package struct ReconcilePolicy: Sendable {
    /// What drifted from the record is put right, and services follow their load.
    package var repairs = false
    /// What the manifests change is applied, too; implies `repairs`.
    package var syncs = false
    /// What is no longer declared is deleted; volumes never are.
    package var prunes = false
    /// One round, then the end.
    package var once = false
    /// From one full look to the next, without events.
    package var interval = Duration.seconds(30)
    /// How the plans are made; targets and `deleteVolumes` are not for a loop.
    package var options = PlanOptions()
    /// Spreads the times of rounds and retries, so that many loops do not look at the same moment.
    package var seed: UInt64 = 0

    /// What of a plan is forbidden, whoever asks for it: errors that keep it from being applied.
    package var forbids: @Sendable (Plan) -> [PlanFinding] = { _ in [] }

    package init() {}

    /// Whether the loop changes anything at all.
    package var acts: Bool { repairs || syncs }

    // How long things wait. Not for users: they follow from what they wait for.

    /// A folder is read once it was left alone for this long: editors write in several steps.
    static let debounce = Duration.milliseconds(300)
    /// Between two rounds, however much happens.
    static let shortestPause = Duration.milliseconds(500)
    /// The longest time between two looks while a service follows its load.
    static let scaleInterval = Duration.seconds(15)
    /// Between two tries to get the lock.
    static let lockPause = Duration.seconds(2)
    /// A repair that is needed again within this time did not help.
    static let churn = Duration.seconds(60)
    static let firstRetry = Duration.seconds(2)
    static let longestRetry = Duration.seconds(300)
}
