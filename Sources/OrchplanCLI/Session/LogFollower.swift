import LocalAgent
import LocalDriver
import ResourceModel
import Synchronization

/// Follows what instances print, also over the death of the agent and over rollouts.
///
/// No line is told twice and none is left out that is still kept: after a break each instance goes on from the last line
/// that was told. An agent that is gone is waited for and not started: whoever ended it may have meant to.
struct LogFollower: Sendable {
    /// What a follower learns.
    enum Event: Sendable {
        case line(LogLine, instance: String)
        /// The agent does not answer any more; told once until it is back.
        case lost
        case back
    }

    var driver: LocalDriver
    /// The services; empty: all.
    var services: [String]
    /// The lines of each instance to begin with.
    var tail: Int

    /// As many lines as an agent gives at once.
    private static let everything = 100_000
    private static let pause = Duration.milliseconds(250)

    /// Lines and breaks as they come; ends when the services are gone.
    func events(from instances: [String]) -> AsyncStream<Event> {
        let (stream, feed) = AsyncStream<Event>.makeStream()
        let connection = Connection(feed)
        let task = Task {
            await withTaskGroup(of: Void.self) { group in
                var known = Set(instances)
                for instance in instances { group.addTask { await follow(instance, lines: tail, connection) } }
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.pause * 4)
                    guard let inventory = await driver.inventoryOfRunningAgent() else {
                        connection.isLost = true
                        continue
                    }
                    connection.isLost = false
                    let chosen = inventory.services
                        .filter { services.isEmpty || services.contains($0.address.name) }
                    if chosen.isEmpty { break }
                    // What a rollout starts is followed from its first line.
                    for id in chosen.flatMap({ $0.instances.map(\.id) }) where known.insert(id).inserted {
                        group.addTask { await follow(id, lines: Self.everything, connection) }
                    }
                }
            }
            feed.finish()
        }
        feed.onTermination = { _ in task.cancel() }
        return stream
    }

    /// Follows one instance until it is gone.
    private func follow(_ instance: String, lines: Int, _ connection: Connection) async {
        var place = LogPlace()
        // Where nothing was told before a break, everything is new.
        var lines = lines
        while !Task.isCancelled {
            let stream = driver.logs(instance: instance, lines: lines, since: place.time, follow: true)
            place.resume()
            do {
                for try await line in stream where place.isNew(line) {
                    connection.feed.yield(.line(line, instance: instance))
                }
            } catch {
                // Whether the instance or the agent is gone is asked below.
            }
            if lines > 0 { lines = Self.everything }
            var wasLost = false
            while !Task.isCancelled {
                if let inventory = await driver.inventoryOfRunningAgent() {
                    connection.isLost = false
                    guard inventory.services.contains(where: { $0.instances.contains { $0.id == instance } }) else {
                        return
                    }
                    // Nothing to wait for when the agent has just come back: a rollout may be under way already.
                    if !wasLost { try? await Task.sleep(for: Self.pause) }
                    break
                }
                (wasLost, connection.isLost) = (true, true)
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Whether the agent answers, told on each change.
    private final class Connection: Sendable {
        let feed: AsyncStream<Event>.Continuation
        private let state = Mutex(false)

        init(_ feed: AsyncStream<Event>.Continuation) {
            self.feed = feed
        }

        var isLost: Bool {
            get { state.withLock { $0 } }
            set {
                state.withLock { isLost in
                    guard isLost != newValue else { return }
                    isLost = newValue
                    feed.yield(newValue ? .lost : .back)
                }
            }
        }
    }
}

/// How far one instance's output was told.
struct LogPlace {
    /// The time of the last line that was told.
    private(set) var time: String?
    /// How many lines with that very time were told: a fast printer has several.
    private var count = 0
    /// How many of those are still to come again.
    private var skipped = 0

    /// To be called before lines are asked for again, from `time` on.
    mutating func resume() { skipped = count }

    /// Notes a line; false for one that was told before.
    mutating func isNew(_ line: LogLine) -> Bool {
        guard line.time == time else {
            (time, count, skipped) = (line.time, 1, 0)
            return true
        }
        if skipped > 0 {
            skipped -= 1
            return false
        }
        count += 1
        return true
    }
}
