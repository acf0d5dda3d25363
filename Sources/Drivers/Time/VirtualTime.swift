import Synchronization

/// A clock that jumps to the next alarm when nobody has anything to do, so that minutes pass in milliseconds.
///
/// Only tasks that wait through this clock are seen; whatever waits for the outside must not use it.
package final class VirtualTime: TimeSource {
    private struct Sleeper {
        var deadline: Duration
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now = Duration.zero
        var count = 0
        var activity = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Duration {
        state.withLock { state in
            state.activity += 1
            return state.now
        }
    }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        let id = state.withLock { state in
            state.count += 1
            return state.count
        }
        let isWoken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    state.activity += 1
                    guard state.cancelled.remove(id) == nil else { return true }
                    state.sleepers[id] = Sleeper(deadline: state.now + duration, continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(returning: false) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.activity += 1
                if let sleeper = state.sleepers.removeValue(forKey: id) { return Optional(sleeper) }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(returning: false)
        }
        if !isWoken { throw CancellationError() }
    }

    /// Runs `body` while time jumps whenever everything that uses this clock waits for it.
    package func run<Value: Sendable>(_ body: @Sendable () async throws -> Value) async rethrows -> Value {
        let jumper = Task { await jump() }
        defer { jumper.cancel() }
        return try await body()
    }

    private func jump() async {
        while !Task.isCancelled {
            let before = state.withLock { $0.activity }
            // Tasks that are ready to run get their turn; whoever looks at the clock or sleeps counts as active.
            for _ in 0..<50 { await Task.yield() }
            do { try await Task.sleep(for: .microseconds(200)) } catch { return }
            let due = state.withLock { state -> [Sleeper] in
                guard state.activity == before, let next = state.sleepers.values.map(\.deadline).min() else {
                    return []
                }
                state.now = max(state.now, next)
                let due = state.sleepers.filter { $0.value.deadline <= next }.sorted { $0.key < $1.key }
                for entry in due { state.sleepers[entry.key] = nil }
                return due.map(\.value)
            }
            for sleeper in due { sleeper.continuation.resume(returning: true) }
        }
    }
}
