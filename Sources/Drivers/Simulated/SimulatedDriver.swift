import ResourceModel

/// A driver of a simulated cluster, for tests, forecasts and plans of a scale that no test machine has.
package actor SimulatedDriver: ClusterDriver {
    package nonisolated let capabilities: Capabilities
    private let time: any TimeSource
    private let origin: Duration
    private var cluster: SimulatedCluster
    /// What was recorded, until something is to be changed: an inventory needs no cluster to be built.
    private var recorded: RecordedState?
    private var answers: [String: Result<OperationResult, DriverError>] = [:]
    private var watches: [ObjectIdentifier: (watch: Watch, last: ObservedService?)] = [:]
    private var feeds: [ObjectIdentifier: EventFeed] = [:]
    /// What the feeds have been told so far.
    private var told: ToldState?
    /// What instances are said to use; those that are not named use nothing.
    private var loads: [String: InstanceMeasurement] = [:]
    /// The version of the cluster that watchers know.
    private var published = 0
    private var alarm: (at: Duration, task: Task<Void, Never>)?

    /// Somebody who wants to hear of every change of one service.
    private final class Watch: Sendable {
        let name: String
        let continuation: AsyncThrowingStream<ObservedService?, any Error>.Continuation

        init(name: String, continuation: AsyncThrowingStream<ObservedService?, any Error>.Continuation) {
            self.name = name
            self.continuation = continuation
        }
    }

    package init(_ options: SimulationOptions, time: any TimeSource) {
        cluster = SimulatedCluster(options)
        capabilities = cluster.capabilities
        self.time = time
        origin = time.now
    }

    /// Takes over a cluster as it is: what a new process finds that comes after a crash.
    package init(continuing cluster: SimulatedCluster, time: any TimeSource) {
        self.cluster = cluster
        capabilities = cluster.capabilities
        self.time = time
        origin = time.now - cluster.now
    }

    /// A cluster in which everything that is recorded is there and healthy.
    package init(
        holding recorded: RecordedState,
        options: SimulationOptions = SimulationOptions(),
        time: any TimeSource
    ) {
        cluster = SimulatedCluster(options)
        capabilities = cluster.capabilities
        self.time = time
        origin = time.now
        self.recorded = recorded
    }

    /// The cluster as it is now.
    package func snapshot() -> SimulatedCluster {
        catchUp()
        return cluster
    }

    package func inventory(ports: [RequestedPort]) async throws(DriverError) -> Inventory {
        if let recorded { return SimulatedCluster.inventory(of: recorded, cluster.options) }
        catchUp()
        return cluster.inventory()
    }

    package func observe(service name: String) async throws(DriverError) -> ObservedService? {
        catchUp()
        return cluster.observe(name)
    }

    package nonisolated func watch(service name: String) -> AsyncThrowingStream<ObservedService?, any Error> {
        AsyncThrowingStream { continuation in
            let watch = Watch(name: name, continuation: continuation)
            Task { await self.begin(watch) }
            continuation.onTermination = { _ in Task { await self.end(watch) } }
        }
    }

    package nonisolated func events() -> AsyncThrowingStream<ClusterEvent, any Error> {
        AsyncThrowingStream { continuation in
            let feed = EventFeed(continuation)
            Task { await self.begin(feed) }
            continuation.onTermination = { _ in Task { await self.end(feed) } }
        }
    }

    private func begin(_ feed: EventFeed) {
        catchUp()
        let opening = ClusterEvent(kind: .opened, text: "a simulated cluster", time: cluster.milliseconds)
        guard feed.tell(opening) else { return }
        if feeds.isEmpty { told = ToldState(cluster) }
        feeds[ObjectIdentifier(feed)] = feed
        setAlarm()
    }

    private func end(_ feed: EventFeed) { feeds[ObjectIdentifier(feed)] = nil }

    /// Decides what an instance is said to use from now on; its restarts are always the cluster's own count.
    package func setMeasurement(_ measurement: InstanceMeasurement) { loads[measurement.id] = measurement }

    package func measurements() async throws(DriverError) -> [ServiceMeasurement] {
        catchUp()
        return cluster.inventory().services
            .map { service in
                let instances = service.instances.map { instance in
                    var measured = loads[instance.id] ?? InstanceMeasurement(id: instance.id)
                    measured.restarts = instance.restarts
                    return measured
                }
                return ServiceMeasurement(service: service.address.name, instances: instances)
            }
    }

    private func begin(_ watch: Watch) {
        catchUp()
        let state = cluster.observe(watch.name)
        // A watch that was given up before it began is never ended again.
        if case .terminated = watch.continuation.yield(state) { return }
        watches[ObjectIdentifier(watch)] = (watch, state)
        setAlarm()
    }

    private func end(_ watch: Watch) { watches[ObjectIdentifier(watch)] = nil }

    /// Tells watchers what became of their services, when anything changed at all.
    private func publish() {
        guard published != cluster.version else { return }
        published = cluster.version
        for (id, entry) in watches {
            let state = cluster.observe(entry.watch.name)
            guard state != entry.last else { continue }
            watches[id]?.last = state
            entry.watch.continuation.yield(state)
        }
        guard !feeds.isEmpty, let before = told else { return }
        let state = ToldState(cluster)
        told = state
        for event in before.changes(to: state, at: cluster.milliseconds) {
            for feed in feeds.values { feed.tell(event) }
        }
    }

    /// Wakes the driver for the cluster's next change as long as somebody watches.
    private func setAlarm() {
        guard !watches.isEmpty || !feeds.isEmpty, let next = cluster.nextChange else { return }
        if let alarm, alarm.at <= next { return }
        alarm?.task.cancel()
        let pause = max(.milliseconds(1), next - cluster.now)
        alarm = (
            next,
            Task { [time] in
                do { try await time.sleep(for: pause) } catch { return }
                self.ring(next)
            }
        )
    }

    private func ring(_ at: Duration) {
        if alarm?.at == at { alarm = nil }
        catchUp()
    }

    package func perform(_ operation: Operation) async throws(DriverError) -> OperationResult {
        catchUp()
        answers[operation.id] = nil
        cluster.submit(operation)
        publish()
        setAlarm()
        while true {
            if let answer = answers.removeValue(forKey: operation.id) { return try answer.get() }
            let next = cluster.nextChange.map { max(.milliseconds(1), $0 - cluster.now) } ?? .seconds(3600)
            do throws(CancellationError) { try await time.sleep(for: next) } catch {
                throw DriverError(.unknownOutcome, "the call was given up before the cluster answered")
            }
            catchUp()
        }
    }

    package func recentLogs(instance id: String, lines: Int) async -> [String] {
        catchUp()
        return Array(cluster.log.filter { $0.contains(id) }.suffix(lines))
    }

    private func catchUp() {
        if let recorded {
            cluster.hold(recorded)
            self.recorded = nil
        }
        for (id, answer) in cluster.advance(to: time.now - origin) { answers[id] = answer }
        publish()
        setAlarm()
    }
}
