/// Puts lines that arrive from several instances into the order of their times.
///
/// A line is held back for a moment, so that an older one of another instance can still come before it.
package struct LogOrder: Sendable {
    private var held: [(entry: LogEntry, arrival: Duration)] = []
    /// A little more than the agent takes to notice that a log has grown.
    package static let patience = Duration.milliseconds(200)

    package init() {}

    package var isEmpty: Bool { held.isEmpty }

    package mutating func add(_ entry: LogEntry, at arrival: Duration) {
        held.append((entry, arrival))
    }

    /// The lines that have waited long enough, and those that belong before them.
    package mutating func due(at now: Duration) -> [LogEntry] {
        guard let last = held.lazy.filter({ now - $0.arrival >= Self.patience }).map(\.entry.time).max() else {
            return []
        }
        let ready = held.filter { $0.entry.time <= last }
        held.removeAll { $0.entry.time <= last }
        return Self.sorted(ready.map(\.entry))
    }

    /// All that is left.
    package mutating func rest() -> [LogEntry] {
        defer { held = [] }
        return Self.sorted(held.map(\.entry))
    }

    /// By time; what has the same time stays as it came.
    package static func sorted(_ entries: [LogEntry]) -> [LogEntry] {
        entries.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}
