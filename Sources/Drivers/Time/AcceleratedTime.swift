/// A clock that runs faster than the world's by a fixed factor.
///
/// For simulated clusters behind real stores and terminals: unlike `VirtualTime` it never has to guess whether somebody
/// is still at work, so a slow disk costs simulated time and is not mistaken for an idle cluster.
package struct AcceleratedTime: TimeSource {
    private let factor: Int
    private let real: SystemTime

    package init(factor: Int) {
        self.factor = max(1, factor)
        real = SystemTime()
    }

    package var now: Duration { real.now * factor }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        try await real.sleep(for: duration / factor)
    }
}
