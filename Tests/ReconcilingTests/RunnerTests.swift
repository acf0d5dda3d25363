import Applying
import Drivers
import Planning
import Reconciling
import ResourceModel
import StateStores
import Synchronization
import Testing

@Suite("The runner does what the machine says, against a driver and a store")
struct RunnerTests {
    private let time = VirtualTime()
    private let store = MemoryStateStore(project: "shop", liveness: { _ in .alive })

    private func runner(_ driver: SimulatedDriver, _ project: StubProject) -> ReconcileRunner {
        ReconcileRunner(
            driver: driver,
            store: store,
            secrets: project,
            surroundings: project,
            time: time,
            wallTime: { Timestamp(milliseconds: 0) }
        )
    }

    private func policy(_ change: (inout ReconcilePolicy) -> Void = { _ in }) -> ReconcilePolicy {
        var policy = ReconcilePolicy()
        policy.syncs = true
        change(&policy)
        return policy
    }

    @Test("it applies, hears of drift by the driver's events, puts it right, and ends when asked")
    func wholeLife() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let project = StubProject(replicas: 2)
        // So seldom that only events can make it look.
        let runner = runner(driver, project)
        let story = time.task {
            await project.waits(for: "converged", time)
            let instance = await driver.snapshot().observe("web")?.instances.first?.id ?? ""
            let labels = OwnershipLabels(
                project: "shop",
                address: ResourceAddress(.service, "web"),
                fingerprint: Fingerprint(text: String(repeating: "0", count: 64)),
                operation: "stranger"
            )
            _ = try? await driver.perform(
                Operation(id: "stranger", labels: labels, action: .stopInstance(service: "web", id: instance))
            )
            await project.waits(for: "repair.done", time)
            runner.interrupt()
        }
        let code = await time.run { await runner.run(policy { $0.interval = .seconds(86_400) }) }
        try await story.value
        #expect(code == 0)
        #expect(await driver.snapshot().observe("web")?.instances.count == 2)
        #expect(try await store.revisions(limit: 9).map(\.outcome) == [.converged, .converged])
        #expect(try await store.lockHolder() == nil)
        #expect(project.news.contains { $0.event == "drift.found" })
    }

    @Test("a cluster that is another than the record's is left alone")
    func otherCluster() async throws {
        var options = SimulationOptions(seed: 1)
        options.identity = "one"
        let project = StubProject(replicas: 2)
        let first = runner(SimulatedDriver(options, time: time), project)
        #expect(await time.run { await first.run(policy { $0.once = true }) } == 0)
        #expect(try await store.snapshot().cluster == "one")

        options.identity = "two"
        let driver = SimulatedDriver(options, time: time)
        let second = runner(driver, project)
        #expect(await time.run { await second.run(policy { $0.once = true }) } == 1)
        #expect(await driver.snapshot().observe("web") == nil)
        #expect(project.news.contains { $0.event == "round.failed" && $0.message.contains("another cluster (two)") })
    }

    @Test("interrupted in an apply it finishes what is in flight, records that, and lets go of the lock")
    func interrupted() async throws {
        var options = SimulationOptions(seed: 1)
        options.behaviour.healthTime = .seconds(30)
        let driver = SimulatedDriver(options, time: time)
        let runner = runner(driver, StubProject(replicas: 3))
        let story = time.task {
            while await driver.snapshot().observe("web")?.instances.isEmpty ?? true {
                try? await time.sleep(for: .milliseconds(50))
            }
            runner.interrupt()
        }
        let code = await time.run { await runner.run(policy()) }
        try await story.value
        #expect(code == 0)
        let outcome = try await store.revisions(limit: 1).first?.outcome
        #expect(outcome == .interrupted || outcome == .converged, "\(String(describing: outcome))")
        #expect(try await store.lockHolder() == nil)
    }

    /// A store and a cluster in which everything is as declared, and an intent of somebody who was killed right after.
    private func interruptedLate(_ driver: SimulatedDriver, _ project: StubProject) async throws {
        #expect(await time.run { await runner(driver, project).run(policy { $0.once = true }) } == 0)
        let grant = try await store.acquireLock(StubProject.request("killed"))
        let open = OperationRecord(
            id: "0123456789ab-0-7",
            plan: "0123456789ab",
            address: ResourceAddress(.service, "web"),
            action: "start instance web.9",
            startedAt: Timestamp(milliseconds: 0)
        )
        try await store.record(.intent(open), grant)
        try await store.releaseLock(grant)
        #expect(try await store.snapshot().openOperations.map(\.id) == [open.id])
    }

    @Test("with nothing to do it looks up what an interrupted apply left open, and says so")
    func closesJournal() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let project = StubProject(replicas: 1)
        try await interruptedLate(driver, project)
        // Who only reports writes nothing.
        let reports = runner(driver, project)
        #expect(await time.run { await reports.run(policy { ($0.syncs, $0.once) = (false, true) }) } == 0)
        #expect(try await store.snapshot().openOperations.count == 1)
        let acts = runner(driver, project)
        #expect(await time.run { await acts.run(policy { $0.once = true }) } == 0)
        #expect(try await store.snapshot().openOperations.isEmpty)
        #expect(try await store.operations(limit: 1).first?.outcome == .failed)
        #expect(try await store.lockHolder() == nil)
        #expect(
            project.news.last { $0.event == "journal.closed" }?.message
                == "looked up 1 operation that an interrupted apply left open: 0 done, 1 not"
        )
        // Nothing was applied for it.
        #expect(try await store.revisions(limit: 9).count == 1)
    }

    @Test("what is open belongs to whoever has the lock: it waits for nobody and leaves it alone")
    func leavesOthersJournal() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let project = StubProject(replicas: 1)
        try await interruptedLate(driver, project)
        _ = try await store.acquireLock(StubProject.request("other"))
        let acts = runner(driver, project)
        #expect(await time.run { await acts.run(policy { $0.once = true }) } == 0)
        #expect(try await store.snapshot().openOperations.count == 1)
        #expect(!project.news.contains { $0.event == "lock.waiting" })
    }

    @Test("it waits for another run's lock and plans from what that left")
    func locked() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let project = StubProject(replicas: 1)
        let runner = runner(driver, project)
        let grant = try await store.acquireLock(StubProject.request("other"))
        let story = time.task {
            await project.waits(for: "lock.waiting", time)
            try? await time.sleep(for: .seconds(30))
            let before = await driver.snapshot().observe("web")
            #expect(before == nil)
            try? await store.releaseLock(grant)
            await project.waits(for: "converged", time)
            runner.interrupt()
        }
        let code = await time.run { await runner.run(policy()) }
        try await story.value
        #expect(code == 0)
        #expect(project.news.count { $0.event == "lock.waiting" } == 1)
        #expect(await driver.snapshot().observe("web")?.instances.count == 1)
    }
}

/// A project with one service.
private final class StubProject: ReconcileSurroundings, SecretProviding {
    private let replicas: Int
    private let said = Mutex<[ReconcileNews]>([])

    init(replicas: Int) { self.replicas = replicas }

    var news: [ReconcileNews] { said.withLock { $0 } }
    var author: String { "ann@host" }

    /// Returns once an event was logged, or after an hour of simulated time.
    func waits(for event: String, _ time: VirtualTime) async {
        for _ in 0..<36_000 where !news.contains(where: { $0.event == event }) {
            try? await time.sleep(for: .milliseconds(100))
        }
    }

    func manifests() async -> ManifestReading {
        var spec = ServiceSpec()
        spec.command = ["sleep", "1000"]
        spec.replicas = replicas
        spec.healthcheck = HealthCheck()
        let web = Resource(address: ResourceAddress(.service, "web"), spec: .service(spec))
        return .graph(ResourceGraph.build(project: "shop", resources: [web]).0)
    }

    func manifestTouches() -> AsyncStream<Void> { AsyncStream { _ in } }

    func secretDigests(of graph: ResourceGraph, recorded: RecordedState) throws(RoundFailure) -> SecretDigests {
        SecretDigests()
    }

    func content(of name: String, spec: SecretSpec) async throws(DriverError) -> SecretBytes {
        throw DriverError(.notFound, "there are no secrets")
    }

    var imageResolution: ImageResolution { .always }
    func value(of command: [String]) async -> Double? { nil }
    func lockRequest() -> LockRequest { Self.request("loop") }
    func log(_ news: ReconcileNews) { said.withLock { $0.append(news) } }
    func publish(_ metrics: ReconcileMetrics, _ health: ReconcileHealth, lastSuccess: Timestamp?) {}

    static func request(_ id: String) -> LockRequest {
        LockRequest(
            id: id,
            holder: id,
            host: "host",
            pid: 1,
            bootID: "boot",
            startTicks: 1,
            operation: "apply",
            now: Timestamp(milliseconds: 0)
        )
    }
}
