import Synchronization

/// A clock that jumps to the next alarm when nobody has anything to do, so that minutes pass in milliseconds.
///
/// It knows how much announced work there is (`TimeSource` says who announces what) and moves in the very moment when
/// the last of it ends: a slow disk or a loaded machine costs no simulated time, and nothing happens that the same
/// calls would not bring about again. Everybody who sleeps until the same moment is woken together.
package final class VirtualTime: TimeSource {
    private typealias Continuation = CheckedContinuation<Bool, Never>

    private struct Alarm {
        var deadline: Duration
        var id: Int
    }

    private struct State {
        var now = Duration.zero
        var count = 0
        var work = 0
        var sleepers: [Int: Continuation] = [:]
        /// In the order in which they ring, the next one last; those of sleeps that were cancelled ring for nobody.
        var alarms: [Alarm] = []
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []

        mutating func sleep(_ id: Int, for duration: Duration, _ continuation: Continuation) {
            let alarm = Alarm(deadline: now + duration, id: id)
            var (low, high) = (0, alarms.count)
            while low < high {
                let middle = (low + high) / 2
                let other = alarms[middle]
                if (other.deadline, other.id) > (alarm.deadline, alarm.id) { low = middle + 1 } else { high = middle }
            }
            alarms.insert(alarm, at: low)
            sleepers[id] = continuation
        }

        /// Moves to the next alarm where nobody works; returns who wakes, each with work to do.
        mutating func jump() -> [Continuation] {
            guard work == 0 else { return [] }
            while let last = alarms.last, sleepers[last.id] == nil { alarms.removeLast() }
            guard let next = alarms.last?.deadline else { return [] }
            now = max(now, next)
            var due: [Continuation] = []
            while let last = alarms.last, last.deadline <= next {
                alarms.removeLast()
                if let sleeper = sleepers.removeValue(forKey: last.id) { due.append(sleeper) }
            }
            work = due.count
            return due
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
                let due: [Continuation]? = state.withLock { state in
                    guard state.cancelled.remove(id) == nil else { return nil }
                    state.sleep(id, for: duration, continuation)
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
            sleeper?.resume(returning: false)
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
