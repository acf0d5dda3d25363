import Drivers
import ResourceModel
import Synchronization

/// Follows the logs of services while their instances, and the agent, come and go.
///
/// An agent that is gone is waited for and not started: whoever ended it may have meant to.
struct LogFollowing: Sendable {
    let driver: any ClusterTelling
    let selection: LogSelection
    let range: LogRange
    let now: @Sendable () -> Timestamp
    /// Says something on the side.
    let tell: @Sendable (String) -> Void

    /// What is asked, in words.
    private var source: String { driver.capabilities.driver == "local" ? "the agent" : "the cluster" }

    private static let period = Duration.milliseconds(500)

    /// Prints what is wanted until nothing of it can print any more.
    ///
    /// - Returns: The exit code: 0 at the end, or when the output was closed; 130 after an interrupt.
    func run(_ start: LogPrinter) async -> Int32 {
        var printer = start
        var order = LogOrder()
        let clock = ContinuousClock()
        let began = clock.now
        let (entries, feed) = AsyncStream<LogEntry?>.makeStream()
        let isInterrupted = Mutex(false)
        let interrupts = Interrupts {
            isInterrupted.withLock { $0 = true }
            feed.finish()
        }
        let ticks = Task { while (try? await Task.sleep(for: .milliseconds(100))) != nil { feed.yield(nil) } }
        let watching = Task {
            await watch { feed.yield($0) }
            feed.finish()
        }
        defer {
            interrupts.stop()
            ticks.cancel()
            watching.cancel()
        }
        for await entry in entries {
            let time = clock.now - began
            if let entry { order.add(entry, at: time) }
            if entry == nil { for entry in order.due(at: time) { printer.print(entry) } }
            guard printer.isOpen else { return 0 }
        }
        for entry in order.rest() { printer.print(entry) }
        return isInterrupted.withLock { $0 } ? 130 : 0
    }

    /// Keeps a follower at every instance that is wanted, those that are started later included.
    private func watch(_ yield: @escaping @Sendable (LogEntry) -> Void) async {
        var followers: [String: Task<Void, Never>] = [:]
        defer { for task in followers.values { task.cancel() } }
        var isFirst = true
        var heard = LogTime.text(now())
        var isLost = false
        while !Task.isCancelled {
            if let inventory = await driver.presentInventory() {
                if isLost { tell("\(source) is there again") }
                isLost = false
                let new = selection.instances(inventory).map(\.id).filter { followers[$0] == nil }
                if !isFirst { await tellStarts(new, yield) }
                for instance in new {
                    let range = isFirst ? self.range : LogRange()
                    let follower = LogFollower(driver: driver, instance: instance, range: range, yield: yield)
                    followers[instance] = Task { await follower.run() }
                }
                isFirst = false
                heard = await tellEvents(after: heard, yield)
                if selection.isOver(inventory) { break }
            } else if !isLost {
                tell("\(source) is gone; going on as soon as it is there again")
                isLost = true
            }
            guard (try? await Task.sleep(for: Self.period)) != nil else { return }
        }
        // Each reads to the end of what there is.
        for task in followers.values { task.cancel() }
        for task in followers.values { await task.value }
    }

    /// What became of the instances since the last time; returns the time of the last event.
    private func tellEvents(after start: String, _ yield: (LogEntry) -> Void) async -> String {
        var last = start
        for happened in (try? await driver.recentEvents()) ?? [] {
            let time = LogTime.text(Timestamp(milliseconds: Int64(happened.time)))
            guard time > start, let name = InstanceName(happened.subject) else { continue }
            last = max(last, time)
            guard selection.contains(happened.subject, of: name.service) else { continue }
            yield(
                LogEntry(
                    time: time,
                    instance: happened.subject,
                    kind: .event,
                    text: "\(happened.subject) \(happened.text)"
                )
            )
        }
        return last
    }

    /// Says that instances join, at the time of their start and so before their first line.
    private func tellStarts(_ instances: [String], _ yield: (LogEntry) -> Void) async {
        guard !instances.isEmpty else { return }
        let facts = (try? await driver.facts()) ?? []
        for id in instances {
            let started = facts.first { $0.id == id }?.startedAt.map { Timestamp(milliseconds: Int64($0)) }
            yield(LogEntry(time: LogTime.text(started ?? now()), instance: id, kind: .event, text: "\(id) started"))
        }
    }
}

/// Prints entries as they are to be printed.
struct LogPrinter: Sendable {
    private let output: TerminalWriter
    /// Nil: as JSON.
    private var view: LogView?

    init(_ output: TerminalWriter, _ view: LogView?) {
        self.output = output
        self.view = view
        if view == nil { output.write(LogJSON.header) }
    }

    /// Whether anybody reads what is printed.
    var isOpen: Bool { output.isOpen }

    mutating func expect(_ instances: [String]) {
        for instance in instances { view?.expect(instance) }
    }

    mutating func print(_ entry: LogEntry) {
        output.write(view?.text(entry) ?? LogJSON.text(entry))
    }
}
