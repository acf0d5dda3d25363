import Synchronization

/// A clock that jumps to the next alarm when nobody has anything to do, so that minutes pass in milliseconds.
///
/// It knows how much announced work there is (`TimeSource` says who announces what) and moves in the very moment when
/// the last of it ends: a slow disk or a loaded machine costs no simulated time, and nothing happens that the same
/// calls would not bring about again. Everybody who sleeps until the same moment is woken together.
package final class VirtualTime: TimeSource {
    private struct Sleeper {
        var deadline: Duration
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var now = Duration.zero
        var count = 0
        var work = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []

        /// Moves to the next alarm where nobody works; returns who wakes, each with work to do.
        mutating func jump() -> [CheckedContinuation<Bool, Never>] {
            guard work == 0, let next = sleepers.values.map(\.deadline).min() else { return [] }
            now = max(now, next)
            let due = sleepers.filter { $0.value.deadline <= next }.sorted { $0.key < $1.key }
            for entry in due { sleepers[entry.key] = nil }
            work = due.count
            return due.map(\.value.continuation)
        }
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Duration { state.withLock { $0.now } }

    package func workBegan() { state.withLock { $0.work += 1 } }

    package func workEnded() {
        let due = state.withLock { state in
            state.work -= 1
            return state.jump()
        }
        for continuation in due { continuation.resume(returning: true) }
    }

    package func sleep(for duration: Duration) async throws(CancellationError) {
        let id = state.withLock { state in
            state.count += 1
            return state.count
        }
        let isWoken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let due: [CheckedContinuation<Bool, Never>]? = state.withLock { state in
                    guard state.cancelled.remove(id) == nil else { return nil }
                    state.sleepers[id] = Sleeper(deadline: state.now + duration, continuation: continuation)
                    state.work -= 1
                    return state.jump()
                }
                guard let due else { return continuation.resume(returning: false) }
                for continuation in due { continuation.resume(returning: true) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                if let sleeper = state.sleepers.removeValue(forKey: id) {
                    state.work += 1
                    return Optional(sleeper)
                }
                state.cancelled.insert(id)
                return nil
            }
            sleeper?.continuation.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        if !isWoken { throw CancellationError() }
    }

    /// Runs `body` as announced work: time stands still but for its sleeps and its waits for other work.
    package func run<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async rethrows -> Value {
        workBegan()
        defer { workEnded() }
        return try await body()
    }

    /// Starts a task whose work is announced, as that of every task that lives by this clock must be.
    package func task<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) -> Task<Value, any Error> {
        workBegan()
        return Task {
            defer { workEnded() }
            return try await body()
        }
    }
}
