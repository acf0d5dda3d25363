import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@Suite("The memory store")
struct MemoryStateStoreTests {
    @Test("keeps the contract of every store", arguments: StateStoreConformance.cases)
    func conforms(_ example: StateStoreConformance.Case) async throws {
        try await example.run { liveness, clock in
            MemoryStateStore(project: "demo", liveness: liveness, clock: clock)
        }
    }

    @Test(
        "a fault before the commit leaves nothing, one after it leaves the write, and both may be repeated",
        arguments: [StoreFaults.Point.beforeCommit, .afterCommit]
    )
    func faults(_ point: StoreFaults.Point) async throws {
        // Write 1 takes the lock, write 2 announces the operation, write 3 records its outcome.
        let fault = StateStoreError.io(path: "memory", detail: "the disk is full")
        let store = MemoryStateStore(project: "demo", faults: .failing(write: 3, point, with: fault))
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        try await store.recordIntent(StateStoreConformance.operation("x"), grant)
        let web = StateStoreConformance.resource(ResourceAddress(.service, "web"))
        await #expect(throws: fault) {
            try await store.recordOutcome(StateStoreConformance.operation("x", .done), [.put(web)], grant)
        }
        let struck = try await store.snapshot()
        #expect(struck.resources.isEmpty == (point == .beforeCommit))
        #expect(struck.openOperations.isEmpty == (point == .afterCommit))
        try await store.recordOutcome(StateStoreConformance.operation("x", .done), [.put(web)], grant)
        #expect(try await store.snapshot().resources == [web])
    }

    @Test("errors say what happened and what to do")
    func errorTexts() throws {
        let request = StateStoreConformance.request("0f")
        let holder = LockHolder(request: request, acquiredAt: request.now, heartbeatAt: Timestamp(milliseconds: 61_000))
        let locked = StateStoreError.locked(holder)
        #expect(
            locked.message == "the state is locked by ann@host (pid 1 on host) for apply since "
                + "1970-01-01T00:00:01.000Z, last sign of life 1970-01-01T00:01:01.000Z"
        )
        #expect(locked.help == "wait for it to end; when it is certainly dead, run orchplan unlock 0f")
        let newer = StateStoreError.newerFormat(found: 3, supported: 1, path: "/x/state.db")
        #expect(newer.message == "the state at /x/state.db has format 3; this version of orchplan reads up to 1")
    }
}
