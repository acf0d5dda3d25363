/// Monotonic time and waiting, so that nothing has to sleep in a test.
///
/// A simulated clock stands still while anybody is at work and jumps when everybody waits through it. It counts and
/// never guesses, so work is announced: whoever makes a task, or leaves something for another one to deal with, calls
/// `workBegan` before, and whoever is through with it calls `workEnded`. What waits for other work (and not through
/// `sleep`) ends its own work before and has some again after, handed over by whoever woke it. For the clocks of the
/// world both calls do nothing.
package protocol TimeSource: Sendable {
    /// Monotonic time since any fixed moment.
    var now: Duration { get }
    /// Returns after this time; throws when the task is cancelled first.
    ///
    /// Called from announced work, which counts as none while it sleeps.
    func sleep(for duration: Duration) async throws(CancellationError)
    /// Somebody has something to do.
    func workBegan()
    /// It is done, or waits for somebody else.
    func workEnded()
}

extension TimeSource {
    package func workBegan() {}
    package func workEnded() {}
}

/// The system's monotonic clock.
package struct SystemTime: TimeSource {
    private let origin = ContinuousClock.now

    package init() {}

    package var now: Duration { ContinuousClock.now - origin }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
    }
}
