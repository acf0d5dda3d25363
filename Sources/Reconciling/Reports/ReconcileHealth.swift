import ResourceModel

/// Whether the loop does its work, for whoever watches it.
package struct ReconcileHealth: Sendable, Hashable {
    package var interval = Duration.seconds(30)
    /// Whether any round has ended.
    package var hasRun = false
    /// When a round last ended well, on the loop's clock.
    package var lastSuccess: Duration?
    /// Why the last round failed; nil: it did not.
    package var failure: String?
    /// What takes long now and is no reason to worry: an apply.
    package var activity: String?

    package init() {}

    /// Why the loop is not well; nil: it is.
    package func trouble(now: Duration) -> String? {
        if let failure { return "the last round failed: \(failure)" }
        guard hasRun else { return activity == nil ? "no round has ended yet" : nil }
        guard activity == nil else { return nil }
        guard let lastSuccess else { return "no round has succeeded yet" }
        let age = now - lastSuccess
        return age > interval * 3 + .seconds(10)
            ? "the last successful round was \(Int64(age / .seconds(1)))s ago" : nil
    }
}
