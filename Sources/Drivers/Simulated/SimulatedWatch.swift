import ResourceModel
import Synchronization

/// Somebody who wants to hear of every change of one service.
///
/// Keeps the latest state only: whoever listens too slowly misses what is over. Waiting for the next state is a wait
/// for other work, as `TimeSource` has it.
final class SimulatedWatch: Sendable {
    /// A state to tell; nil inside: there is no such service.
    struct Look: Sendable {
        var service: ObservedService?
    }

    private struct State {
        var latest: Look?
        var listener: CheckedContinuation<Look?, Never>?
        var isOver = false
    }

    let name: String
    private let time: any TimeSource
    private let state = Mutex(State())

    init(name: String, time: any TimeSource) {
        self.name = name
        self.time = time
    }

    func tell(_ service: ObservedService?) {
        let look = Look(service: service)
        let listener = state.withLock { state in
            let listener = state.listener.take()
            state.latest = listener == nil ? look : nil
            return listener
        }
        guard let listener else { return }
        time.workBegan()
        listener.resume(returning: look)
    }

    /// The next state; nil: the listening task was cancelled.
    func next() async -> Look? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isReady, look) = state.withLock { state -> (Bool, Look?) in
                    if let latest = state.latest.take() { return (true, latest) }
                    if state.isOver { return (true, nil) }
                    state.listener = continuation
                    return (false, nil)
                }
                if isReady { continuation.resume(returning: look) } else { time.workEnded() }
            }
        } onCancel: {
            let listener = state.withLock { state in
                state.isOver = true
                return state.listener.take()
            }
            guard let listener else { return }
            time.workBegan()
            listener.resume(returning: nil)
        }
    }
}
