/// Monotonic time and waiting, so that nothing has to sleep in a test.
package protocol TimeSource: Sendable {
    /// Monotonic time since any fixed moment.
    var now: Duration { get }
    /// Returns after this time; throws when the task is cancelled first.
    func sleep(for duration: Duration) async throws(CancellationError)
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
