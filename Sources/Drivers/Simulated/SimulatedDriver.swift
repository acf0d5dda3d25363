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
            let task = Task {
                var last: ObservedService??
                while !Task.isCancelled {
                    let state = await self.look(name)
                    if last != .some(state) { continuation.yield(state) }
                    last = .some(state)
                    do { try await time.sleep(for: .milliseconds(50)) } catch { break }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func look(_ name: String) -> ObservedService? {
        catchUp()
        return cluster.observe(name)
    }

    package func perform(_ operation: Operation) async throws(DriverError) -> OperationResult {
        catchUp()
        answers[operation.id] = nil
        cluster.submit(operation)
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
    }
}
