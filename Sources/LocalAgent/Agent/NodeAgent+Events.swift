import ResourceModel

/// What somebody who follows the events has not been told yet; changes of one service are one.
struct EventFollower {
    /// How many remarks are kept for one who does not fetch them; changes are always kept.
    private static let mostNotes = 500

    let wake: AsyncStream<Void>.Continuation
    private var waiting: [AgentEvent] = []
    private var notes = 0

    init(wake: AsyncStream<Void>.Continuation) {
        self.wake = wake
    }

    mutating func add(_ event: AgentEvent) {
        switch event.kind {
        case .opened: break
        case .changed:
            waiting.removeAll { $0.kind == .changed && $0.service == event.service && $0.subject == event.subject }
        case .note where notes < Self.mostNotes: notes += 1
        case .note:
            if let oldest = waiting.firstIndex(where: { $0.kind == .note }) { waiting.remove(at: oldest) }
        }
        waiting.append(event)
        wake.yield()
    }

    mutating func take() -> [AgentEvent] {
        defer {
            waiting = []
            notes = 0
        }
        return waiting
    }
}

extension NodeAgent {
    /// Remembers a remark and tells it to those who follow.
    ///
    /// The same words about the same thing again and again are one remark.
    func note(_ subject: String, _ text: String, service: String? = nil) {
        let prefix = "service/"
        let known =
            instances[subject]?.record.service
            ?? (subject.hasPrefix(prefix) ? String(subject.dropFirst(prefix.count)) : nil)
        let event = AgentEvent(.note, service: service ?? known, subject: subject, text: text)
        if let last = events.last(where: { $0.subject == subject }), last.text == text,
            (0..<Self.repetitionTime).contains(event.time - last.time)
        {
            return
        }
        events.append(event)
        if events.count > 500 { events.removeFirst(100) }
        tell(event)
    }

    /// For how long a repeated remark says nothing new, in milliseconds.
    private static let repetitionTime = 60_000

    /// What happened lately, oldest first.
    package var recentEvents: [AgentEvent] { events }

    /// Tells everybody who watches or follows that a service may have changed.
    func publish(_ name: String) {
        for continuation in watchers[name, default: [:]].values { continuation.yield() }
        tell(AgentEvent(.changed, service: name, subject: "service/\(name)"))
    }

    /// Tells everybody who follows that a network, volume, secret or config has changed.
    func publish(_ address: ResourceAddress) {
        tell(AgentEvent(.changed, service: nil, subject: address.description))
    }

    private func tell(_ event: AgentEvent) {
        for number in followers.keys { followers[number]?.add(event) }
    }

    // MARK: Following

    /// Events from now on, an opening one first; each element is what happened since the one before.
    ///
    /// Nothing is gathered ahead of the consumer but one event for each service and the last few hundred remarks.
    package func follow() -> AsyncStream<[AgentEvent]> {
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        nextWatcher += 1
        let number = nextWatcher
        var follower = EventFollower(wake: wake)
        follower.add(AgentEvent(.opened, service: nil, subject: "agent", text: "agent of \(directory.project)"))
        followers[number] = follower
        wake.onTermination = { _ in
            Task { await self.unfollow(number) }
        }
        return AsyncStream {
            for await _ in wakes { return await self.takeEvents(number) }
            return nil
        }
    }

    private func takeEvents(_ number: Int) -> [AgentEvent] { followers[number]?.take() ?? [] }

    private func unfollow(_ number: Int) {
        followers[number] = nil
        lastRequest = .now
    }
}
