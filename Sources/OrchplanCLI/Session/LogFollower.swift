import Drivers
import ResourceModel

/// Reads one instance's log to its end, over agents that die and come back.
struct LogFollower: Sendable {
    let driver: any ClusterTelling
    let instance: String
    let range: LogRange
    let yield: @Sendable (LogEntry) -> Void

    private static let shortest = Duration.milliseconds(100)
    private static let longest = Duration.seconds(2)

    /// Returns when the instance is gone, or, after the task was cancelled, once everything until then was read.
    func run() async {
        var place = LogPlace()
        var range = range
        var pause = Self.shortest
        while !Task.isCancelled {
            let told = place.time
            await read(&place, range, follow: true)
            guard !Task.isCancelled, await isThere() else { break }
            // Where nothing was told yet, everything from now on is new.
            if range.lines != 0 { range.lines = nil }
            // Nothing more may come for long: of an instance that has ended, on a node that is away.
            pause = place.time == told ? min(pause * 2, Self.longest) : Self.shortest
            try? await Task.sleep(for: pause)
        }
        // A cancelled task can ask nobody any more.
        guard Task.isCancelled else { return }
        let (start, rest) = (place, range)
        await Task {
            var last = start
            await read(&last, rest, follow: false)
        }
        .value
    }

    /// One connection, from where the last one ended; it may break at any time.
    private func read(_ place: inout LogPlace, _ range: LogRange, follow: Bool) async {
        place.resume()
        let lines = driver.logs(
            instance: instance,
            lines: place.time == nil ? range.lines : nil,
            since: place.time ?? range.since,
            follow: follow
        )
        do {
            for try await line in lines where place.isNew(line) {
                yield(LogEntry(line, instance: instance))
            }
        } catch {
            // The next connection goes on where this one stopped; whether there will be one, the inventory decides.
        }
    }

    /// Whether the instance is still kept; an agent that is gone is waited for and not started.
    private func isThere() async -> Bool {
        while !Task.isCancelled {
            if let inventory = await driver.presentInventory() {
                return inventory.services.contains { $0.instances.contains { $0.id == instance } }
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
        return false
    }
}

/// How much of a log is wanted.
struct LogRange: Sendable, Hashable {
    /// Nil: all.
    var lines: Int?
    /// As logs have times; nil: from any time on.
    var since: String?
}
