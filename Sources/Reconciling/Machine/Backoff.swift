import Drivers

/// Keeps what failed from being tried again at once: longer after each failure, up to a limit, a little by chance.
struct Backoff<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var failures: Int
        var pause: Duration
        var until: Duration
    }

    private var entries: [Key: Entry] = [:]

    /// Takes note of a failure; returns how long to wait.
    mutating func fail(_ key: Key, now: Duration, _ random: inout SimulationRandom) -> Duration {
        let failures = (entries[key]?.failures ?? 0) + 1
        let doubled = ReconcilePolicy.firstRetry * (1 << min(failures - 1, 16))
        let pause = random.jittered(min(doubled, ReconcilePolicy.longestRetry))
        entries[key] = Entry(failures: failures, pause: pause, until: now + pause)
        return pause
    }

    mutating func clear(_ key: Key) { entries[key] = nil }

    mutating func keepOnly(_ isKept: (Key) -> Bool) { entries = entries.filter { isKept($0.key) } }

    func isWaiting(_ key: Key, now: Duration) -> Bool { (entries[key]?.until ?? now) > now }

    /// How long it had to wait after its last failure; zero: it never failed, or was cleared.
    func lastPause(_ key: Key) -> Duration { entries[key]?.pause ?? .zero }

    /// What still waits.
    func waiting(now: Duration) -> Set<Key> { Set(entries.filter { $0.value.until > now }.keys) }

    /// When the first of those that wait may be tried again.
    func next(now: Duration) -> Duration? { entries.values.map(\.until).filter { $0 > now }.min() }
}

extension SimulationRandom {
    /// The time, a tenth longer or shorter.
    mutating func jittered(_ time: Duration) -> Duration { time * Double.random(in: 0.9...1.1, using: &self) }
}
