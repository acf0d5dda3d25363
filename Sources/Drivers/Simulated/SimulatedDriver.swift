import ResourceModel

/// A driver of a simulated cluster, for tests, forecasts and plans of a scale that no test machine has.
package actor SimulatedDriver: ClusterDriver {
    private typealias Call = CheckedContinuation<Result<OperationResult, DriverError>, Never>

    package nonisolated let capabilities: Capabilities
    private let time: any TimeSource
    private let origin: Duration
    private var cluster: SimulatedCluster
    /// What was recorded, until something is to be changed: an inventory needs no cluster to be built.
    private var recorded: RecordedState?
    /// Who waits for the cluster's answer to an operation.
    private var calls: [String: Call] = [:]
    private var watches: [ObjectIdentifier: (watch: SimulatedWatch, last: ObservedService?)] = [:]
    private var feeds: [ObjectIdentifier: EventFeed] = [:]
    /// What the feeds have been told so far.
    private var told: ToldState?
    /// What instances are said to use; those that are not named use nothing.
    private var loads: [String: InstanceMeasurement] = [:]
    /// The version of the cluster that watchers know.
    private var published = 0
    private var alarm: (at: Duration, task: Task<Void, Never>)?

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

    package func identity() async throws(DriverError) -> String? { cluster.options.identity }

    package func inventory(
        ports: [RequestedPort],
        recorded _: [RecordedResource]
    ) async throws(DriverError) -> Inventory {
        if let recorded { return SimulatedCluster.inventory(of: recorded, cluster.options) }
        catchUp()
        return cluster.inventory()
    }

    package func observe(service name: String) async throws(DriverError) -> ObservedService? {
        catchUp()
        return cluster.observe(name)
    }

    package nonisolated func watch(service name: String) -> AsyncThrowingStream<ObservedService?, any Error> {
        let listener = Listener(driver: self, watch: SimulatedWatch(name: name, time: time))
        work { await $0.begin(listener.watch) }
        return AsyncThrowingStream(unfolding: { await listener.watch.next().map(\.service) })
    }

    /// The listening end of a watch: when it is let go of, the watch is over.
    private final class Listener: Sendable {
        private let driver: SimulatedDriver
        let watch: SimulatedWatch

        init(driver: SimulatedDriver, watch: SimulatedWatch) {
            self.driver = driver
            self.watch = watch
        }

        deinit {
            driver.work { [watch] in await $0.end(watch) }
        }
    }

    package nonisolated func events() -> AsyncThrowingStream<ClusterEvent, any Error> {
        let listener = Follower(driver: self, feed: EventFeed(time: time))
        work { await $0.begin(listener.feed) }
        return AsyncThrowingStream(unfolding: { await listener.feed.next() })
    }

    /// The listening end of a feed: when it is let go of, the feed is over.
    private final class Follower: Sendable {
        private let driver: SimulatedDriver
        let feed: EventFeed

        init(driver: SimulatedDriver, feed: EventFeed) {
            self.driver = driver
            self.feed = feed
        }

        deinit {
            driver.work { [feed] in await $0.end(feed) }
        }
    }

    private func begin(_ feed: EventFeed) {
        catchUp()
        let opening = ClusterEvent(kind: .opened, text: "a simulated cluster", time: cluster.milliseconds)
        feed.tell(opening)
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

    /// Does something in a task of its own, whose work the clock knows of.
    private nonisolated func work(_ body: @escaping @Sendable (SimulatedDriver) async -> Void) {
        time.workBegan()
        Task {
            await body(self)
            time.workEnded()
        }
    }

    private func begin(_ watch: SimulatedWatch) {
        catchUp()
        let state = cluster.observe(watch.name)
        watches[ObjectIdentifier(watch)] = (watch, state)
        watch.tell(state)
        setAlarm()
    }

    private func end(_ watch: SimulatedWatch) { watches[ObjectIdentifier(watch)] = nil }

    /// Tells watchers what became of their services, when anything changed at all.
    private func publish() {
        guard published != cluster.version else { return }
        published = cluster.version
        for (id, entry) in watches {
            let state = cluster.observe(entry.watch.name)
            guard state != entry.last else { continue }
            watches[id]?.last = state
            entry.watch.tell(state)
        }
        guard !feeds.isEmpty, let before = told else { return }
        let state = ToldState(cluster)
        told = state
        for event in before.changes(to: state, at: cluster.milliseconds) {
            for feed in feeds.values { feed.tell(event) }
        }
    }

    /// Wakes the driver for the cluster's next change as long as somebody waits for one.
    private func setAlarm() {
        guard !watches.isEmpty || !feeds.isEmpty || !calls.isEmpty, let next = cluster.nextChange else { return }
        if let alarm, alarm.at <= next { return }
        alarm?.task.cancel()
        let pause = max(.milliseconds(1), next - cluster.now)
        time.workBegan()
        alarm = (
            next,
            Task { [time] in
                defer { time.workEnded() }
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
        cluster.submit(operation)
        let id = operation.id
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Call) in
                answer(id, Self.unanswered)
                calls[id] = continuation
                publish()
                setAlarm()
                time.workEnded()
            }
        } onCancel: {
            work { await $0.answer(id, Self.unanswered) }
        }
        return try result.get()
    }

    package func lastHolder() async throws(DriverError) -> RunEpoch? { cluster.lastHolder }

    package func announce(_ announcement: EpochAnnouncement) async throws(DriverError) {
        catchUp()
        try cluster.announce(announcement)
        while !cluster.isQuiet(before: announcement.epoch) {
            let pause = (cluster.nextChange ?? cluster.now) - cluster.now
            do { try await time.sleep(for: max(.milliseconds(1), pause)) } catch { return }
            catchUp()
        }
    }

    private func answer(_ id: String, _ result: Result<OperationResult, DriverError>) {
        guard let call = calls.removeValue(forKey: id) else { return }
        time.workBegan()
        call.resume(returning: result)
    }

    private static let unanswered = Result<OperationResult, DriverError>
        .failure(DriverError(.unknownOutcome, "the call was given up before the cluster answered"))

    package func recentLogs(instance id: String, lines: Int) async -> [String] {
        catchUp()
        return Array(cluster.log.filter { $0.contains(id) }.suffix(lines))
    }

    private func catchUp() {
        if let recorded {
            cluster.hold(recorded)
            self.recorded = nil
        }
        for (id, result) in cluster.advance(to: time.now - origin) { answer(id, result) }
        publish()
        setAlarm()
    }
}
