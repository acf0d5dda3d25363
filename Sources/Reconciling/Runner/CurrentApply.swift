import Applying
import Synchronization

/// The apply under way, so that an interrupt reaches it whenever it comes.
final class CurrentApply: Sendable {
    private struct State {
        var runner: ApplyRunner?
        var isInterrupted = false
    }

    private let state = Mutex(State())

    /// False when it was interrupted before it began.
    func begin(_ runner: ApplyRunner) -> Bool {
        state.withLock { state in
            guard !state.isInterrupted else { return false }
            state.runner = runner
            return true
        }
    }

    func end() { state.withLock { $0.runner = nil } }

    func interrupt() {
        let runner = state.withLock { state in
            state.isInterrupted = true
            return state.runner
        }
        runner?.interrupt()
    }
}
