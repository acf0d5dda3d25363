import Applying
import Drivers
import Plans
import ResourceModel
import StateStores
import Synchronization
import Testing

@Suite("The apply runner", .timeLimit(.minutes(5)))
struct RunnerTests {
    /// Secrets from memory.
    private struct Secrets: SecretProviding {
        var contents: [String: String]

        func content(of name: String, spec: SecretSpec) async throws(DriverError) -> SecretBytes {
            guard let content = contents[name] else { throw DriverError(.notFound, "there is no secret \(name)") }
            return SecretBytes(Array(content.utf8))
        }
    }

    private let time = VirtualTime()
    private let key = ProjectKey(bytes: Array(repeating: 7, count: 32))

    private func grant(_ store: MemoryStateStore) async throws -> LockGrant {
        try await store.acquireLock(
            LockRequest(
                id: "lock",
                holder: "me@here",
                host: "here",
                pid: 1,
                bootID: "boot",
                startTicks: 1,
                operation: "apply",
                now: Timestamp(milliseconds: 0)
            )
        )
    }

    private func runner(
        _ driver: SimulatedDriver,
        _ store: MemoryStateStore,
        secret: String = "hunter2"
    ) -> ApplyRunner {
        ApplyRunner(
            driver: driver,
            store: store,
            secrets: Secrets(contents: ["password": secret]),
            time: time,
            wallTime: { [time] in Timestamp(milliseconds: 1_000_000 + time.now.nanoseconds / 1_000_000) }
        )
    }

    /// A network, a secret and a service that uses both, planned against what is there.
    private func request(
        _ driver: SimulatedDriver,
        _ store: MemoryStateStore,
        digest: String = "plan-one-0001",
        command: String = "1000"
    ) async throws -> ApplyRequest {
        var shop = Shop()
        shop.object(.network, "front")
        shop.object(.secret, "password")
        shop.secrets["password"] = SecretBytes(Array("hunter2".utf8)).digest(Fingerprinter(key: key))
        shop.service("web", replicas: 2) {
            $0.command = ["sleep", command]
            $0.secrets = [FileReference(source: "password")]
            $0.networks = [NetworkAttachment(network: "front")]
        }
        shop.journal.state = try await store.snapshot()
        shop.cluster = await driver.snapshot()
        return ApplyRequest(
            plan: try shop.plan(),
            planDigest: digest,
            desired: shop.resources.map { CanonicalText($0) },
            author: "me@here",
            grant: try await grant(store),
            timeout: .seconds(120)
        )
    }

    @Test("The revision says what was done, not what was planned")
    func whatWasDone() async throws {
        var options = SimulationOptions(seed: 1)
        options.rules = [BehaviourRule(service: "web", InstanceBehaviour(.neverHealthy))]
        let driver = SimulatedDriver(options, time: time)
        let store = MemoryStateStore(project: "shop", key: key)
        try await time.run {
            var request = try await request(driver, store)
            request.note = "rollback to revision 7"
            let conclusion = try await runner(driver, store).apply(request) { _ in }
            #expect(conclusion.report.outcome == .timedOut)
        }
        let revision = try #require(try await store.revision(1))
        #expect(revision.outcome == .timedOut)
        #expect(revision.summary == "rollback to revision 7: 2 added, 0 changed, 0 destroyed; 1 timed out")
    }

    @Test("It creates, records a revision, hands over secrets, and an update follows")
    func converges() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let store = MemoryStateStore(project: "shop", key: key)
        let news = Mutex<[ApplyProgress]>([])
        try await time.run {
            let request = try await request(driver, store)
            let conclusion = try await runner(driver, store)
                .apply(request) { item in
                    news.withLock { $0.append(item) }
                }
            #expect(conclusion.report.outcome == .converged)
            #expect(conclusion.revision == 1)
            #expect(conclusion.storeError == nil)
            try await store.releaseLock(request.grant)
            let update = try await self.request(driver, store, digest: "plan-two-0002", command: "2000")
            let second = try await runner(driver, store).apply(update) { _ in }
            #expect(second.report.outcome == .converged)
        }
        let state = try await store.snapshot()
        #expect(state.resources.map(\.address.description) == ["network/front", "secret/password", "service/web"])
        #expect(state.resources.map(\.revision) == [1, 1, 2])
        #expect(state.openOperations.isEmpty)
        let revision = try #require(try await store.revision(1))
        #expect(revision.outcome == .converged)
        #expect(revision.summary == "3 added, 0 changed, 0 destroyed")
        #expect(revision.desired.count == 3)
        #expect(news.withLock { $0.first } == .started(batches: 2, steps: 3))
        let last = news.withLock { $0.last }
        guard case .finished(let report) = last else {
            Issue.record("the last news is \(String(describing: last))")
            return
        }
        #expect(report.outcome == .converged)
    }

    @Test("A secret that changed since the plan fails its step and says so, without saying what it is")
    func changedSecret() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let store = MemoryStateStore(project: "shop", key: key)
        let report = try await time.run {
            let request = try await request(driver, store)
            return try await runner(driver, store, secret: "tr0ub4dor").apply(request) { _ in }.report
        }
        #expect(report.outcome == .failed)
        #expect(
            report.results.contains(
                .failed(
                    message: "the content of secret/password changed since the plan was made",
                    help: "make a new plan",
                    logs: []
                )
            )
        )
        #expect(!"\(report)".contains("tr0ub4dor"))
    }

    @Test("A stale plan makes no revision; an applied one is not applied again")
    func refusals() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let store = MemoryStateStore(project: "shop", key: key)
        try await time.run {
            let request = try await request(driver, store)
            _ = try await runner(driver, store).apply(request) { _ in }
            let stale = try await runner(driver, store).apply(request) { _ in }
            #expect(stale.report.outcome == .stale(ResourceAddress(.network, "front")))
            #expect(stale.revision == nil)
            try await store.releaseLock(request.grant)
            let empty = try await self.request(driver, store)
            await #expect(throws: ApplyError.self) { try await runner(driver, store).apply(empty) { _ in } }
        }
        #expect(try await store.revisions(limit: 9).count == 1)
    }

    @Test("Two interrupts leave a driver that hangs, and the next run resolves what was open")
    func interrupts() async throws {
        var options = SimulationOptions(seed: 1)
        options.faults = [SimulatedFault(.hang(isDone: true), kind: .startInstance)]
        let driver = SimulatedDriver(options, time: time)
        let store = MemoryStateStore(project: "shop", key: key)
        try await time.run {
            let request = try await request(driver, store)
            let runner = runner(driver, store)
            let time = time
            let patience = time.task {
                try await time.sleep(for: .seconds(30))
                runner.interrupt()
                runner.interrupt()
            }
            let report = try await runner.apply(request) { _ in }
            try await patience.value
            #expect(report.report.outcome == .interrupted)
            try await store.releaseLock(request.grant)
        }
        let open = try await store.snapshot().openOperations
        #expect(!open.isEmpty)
        let healthy = SimulatedDriver(
            continuing: await driver.snapshot().behaving(SimulationOptions(seed: 1)),
            time: time
        )
        try await time.run {
            try await time.sleep(for: .seconds(30))
            let request = try await request(healthy, store, digest: "plan-two-0002")
            let conclusion = try await runner(healthy, store).apply(request) { _ in }
            #expect(conclusion.report.outcome == .converged)
            #expect(conclusion.interruption.operations.count == open.count)
        }
        #expect(try await store.snapshot().openOperations.isEmpty)
    }

    @Test("When the store fails for good the report names what it lacks")
    func storeFailure() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        // Lock, revision, two intents; from then on nothing is taken.
        let faults = StoreFaults { write, point in
            write > 4 && point == .beforeCommit ? .io(path: "memory", detail: "no space left on device") : nil
        }
        let store = MemoryStateStore(project: "shop", key: key, faults: faults)
        let conclusion = try await time.run {
            let request = try await request(driver, store)
            return try await runner(driver, store).apply(request) { _ in }
        }
        #expect(conclusion.report.outcome == .failed)
        #expect(Set(conclusion.unsaved.map(\.operation.address.name)) == ["front", "password"])
        #expect(conclusion.unsaved.allSatisfy { $0.operation.outcome == .done && $0.changes.count == 1 })
        #expect(conclusion.storeError != nil)
    }

    @Test("Writes that come while a commit is running go together into the next")
    func commitsTogether() async throws {
        let driver = SimulatedDriver(SimulationOptions(seed: 1), time: time)
        let memory = MemoryStateStore(project: "shop", key: key)
        let store = SlowStore(memory, time: time)
        var shop = Shop()
        shop.options.batch = 40
        for number in 0..<40 { shop.service("web\(number)") }
        shop.journal.state = try await store.snapshot()
        let request = ApplyRequest(
            plan: try shop.plan(),
            planDigest: "plan-one-0001",
            desired: [],
            author: "me@here",
            grant: try await grant(memory)
        )
        let conclusion = try await time.run {
            try await ApplyRunner(
                driver: driver,
                store: store,
                secrets: Secrets(contents: [:]),
                time: time,
                wallTime: { Timestamp(milliseconds: 0) }
            )
            .apply(request) { _ in }
        }
        #expect(conclusion.report.outcome == .converged)
        #expect(try await memory.snapshot().openOperations.isEmpty)
        let commits = await store.commits
        // Two operations for each service, each with its intent and its outcome; a commit while the first of a wave
        // is on its way, and one with all that came meanwhile.
        #expect(commits.reduce(0, +) == 160)
        #expect(commits.count <= 8, "\(commits)")
    }
}

/// A store whose commits take a second each.
private actor SlowStore: StateStore {
    private let store: MemoryStateStore
    private let time: VirtualTime
    /// How many writes each commit took.
    private(set) var commits: [Int] = []

    init(_ store: MemoryStateStore, time: VirtualTime) {
        self.store = store
        self.time = time
    }

    func record(_ writes: [JournalWrite], _ grant: LockGrant) async -> [Result<Void, StateStoreError>] {
        commits.append(writes.count)
        try? await time.sleep(for: .seconds(1))
        return await store.record(writes, grant)
    }

    func snapshot() async throws(StateStoreError) -> RecordedState { try await store.snapshot() }
    func acquireLock(_ request: LockRequest) async throws(StateStoreError) -> LockGrant {
        try await store.acquireLock(request)
    }
    func heartbeat(_ grant: LockGrant) async throws(StateStoreError) { try await store.heartbeat(grant) }
    func releaseLock(_ grant: LockGrant) async throws(StateStoreError) { try await store.releaseLock(grant) }
    func grantee(ofEpoch number: Int) async throws(StateStoreError) -> String? {
        try await store.grantee(ofEpoch: number)
    }
    func lockHolder() async throws(StateStoreError) -> LockHolder? { try await store.lockHolder() }
    func breakLock(id: String) async throws(StateStoreError) { try await store.breakLock(id: id) }
    func beginRevision(_ revision: Revision, _ grant: LockGrant) async throws(StateStoreError) -> Int {
        try await store.beginRevision(revision, grant)
    }
    func endRevision(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        failures: [ChangeFailure],
        at time: Timestamp,
        _ grant: LockGrant
    ) async throws(StateStoreError) {
        try await store.endRevision(number, outcome: outcome, summary: summary, failures: failures, at: time, grant)
    }
    func revisions(limit: Int) async throws(StateStoreError) -> [Revision] { try await store.revisions(limit: limit) }
    func revision(_ number: Int) async throws(StateStoreError) -> Revision? { try await store.revision(number) }
}
