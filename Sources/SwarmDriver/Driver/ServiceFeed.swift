import Drivers
import Glibc
import ResourceModel

/// Looks at the project's services for all who watch them: one round of calls, however many services are watched.
///
/// The engine tells no task's changes: they are found by looking again and again, often while something happens and
/// seldom while nothing does. Nobody looks when nobody listens.
actor ServiceFeed {
    private let reader: RepeatedReader
    private var watches: [Int: Watch] = [:]
    private var followers: [Int: AsyncThrowingStream<ClusterEvent, any Error>.Continuation] = [:]
    private var nextKey = 0
    private var looking: Task<Void, Never>?
    /// What was seen last; nil before the first look.
    private var seen: [String: ObservedService]?
    private var quietRounds = 0

    private struct Watch {
        var service: String
        var continuation: AsyncThrowingStream<ObservedService?, any Error>.Continuation
        /// Nil: nothing was told yet.
        var told: ObservedService??
    }

    /// Between looks while something changes, and the most while nothing does.
    private static let shortest = Duration.milliseconds(200)
    private static let longest = Duration.seconds(1)
    /// How many looks may fail in a row before those who watch are told.
    private static let patience = 30

    init(project: String, client: EngineClient) {
        reader = RepeatedReader(ServiceReader(project: project, client: client))
    }

    nonisolated func watch(_ service: String) -> AsyncThrowingStream<ObservedService?, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ObservedService?, any Error>
            .makeStream(bufferingPolicy: .bufferingNewest(1))
        Task { await add(service, continuation) }
        return stream
    }

    nonisolated func events() -> AsyncThrowingStream<ClusterEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<ClusterEvent, any Error>
            .makeStream(bufferingPolicy: .bufferingNewest(10_000))
        Task { await follow(continuation) }
        return stream
    }

    private func add(_ service: String, _ continuation: AsyncThrowingStream<ObservedService?, any Error>.Continuation) {
        let key = key()
        watches[key] = Watch(service: service, continuation: continuation)
        continuation.onTermination = { _ in Task { await self.end(key) } }
        hurry()
    }

    private func follow(_ continuation: AsyncThrowingStream<ClusterEvent, any Error>.Continuation) {
        let key = key()
        followers[key] = continuation
        continuation.onTermination = { _ in Task { await self.end(key) } }
        continuation.yield(ClusterEvent(kind: .opened, text: "a swarm", time: Self.now()))
        // What is there now has been there before: only what comes is told.
        hurry()
    }

    private func end(_ key: Int) {
        watches[key] = nil
        followers[key] = nil
        guard watches.isEmpty, followers.isEmpty else { return }
        looking?.cancel()
        looking = nil
        seen = nil
    }

    /// Looks at once and then often.
    private func hurry() {
        quietRounds = 0
        looking?.cancel()
        looking = Task { await look() }
    }

    private func look() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(EngineError) {
                let services = try await reader.answers().observed()
                guard !Task.isCancelled else { return }
                failures = 0
                tell(services)
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                let failure = error.driverError
                let isPassing = failure.code == .transient || failure.code == .unreachable
                if !isPassing || failures >= Self.patience { return fail(failure) }
            }
            let pause = min(Self.shortest * (1 + quietRounds / 10), Self.longest)
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    private func tell(_ services: [ObservedService]) {
        let now = Dictionary(services.map { ($0.address.name, $0) }) { $1 }
        quietRounds = now == seen ? quietRounds + 1 : 0
        if let seen {
            for name in Set(seen.keys).union(now.keys).sorted() where seen[name] != now[name] {
                let text = now[name] == nil ? "removed" : seen[name] == nil ? "there" : ""
                let event = ClusterEvent(service: name, kind: .changed, text: text, time: Self.now())
                for follower in followers.values { follower.yield(event) }
            }
        }
        seen = now
        for key in watches.keys {
            guard let watch = watches[key] else { continue }
            let state = now[watch.service]
            if let told = watch.told, told == state { continue }
            watches[key]?.told = .some(state)
            watch.continuation.yield(state)
        }
    }

    private func fail(_ error: DriverError) {
        for watch in watches.values { watch.continuation.finish(throwing: error) }
        for follower in followers.values { follower.finish(throwing: error) }
        watches = [:]
        followers = [:]
        looking = nil
        seen = nil
    }

    private func key() -> Int {
        nextKey += 1
        return nextKey
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
