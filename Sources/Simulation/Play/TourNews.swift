import Synchronization

/// How far a tour is, for whoever watches it.
package final class TourNews: Sendable {
    private struct State {
        var played = 0
        var failures: [SeedResult] = []
        var taken = 0
    }

    private let state = Mutex(State())

    package init() {}

    func add(_ results: Int, _ failures: [SeedResult]) {
        state.withLock { state in
            state.played += results
            state.failures += failures
        }
    }

    package var played: Int { state.withLock { $0.played } }

    /// The seeds that failed since the last call.
    package func newFailures() -> [SeedResult] {
        state.withLock { state in
            let fresh = Array(state.failures[state.taken...])
            state.taken = state.failures.count
            return fresh
        }
    }
}
