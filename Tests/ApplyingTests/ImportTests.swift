import Applying
import Drivers
import Plans
import ResourceModel
import StateStores
import Synchronization
import Testing

/// A cluster that holds what others made, and remembers which of it was taken over under which labels.
private final class FoundCluster: ClusterAdopting {
    let capabilities = Capabilities(driver: "found", nativeRollout: true)
    private let labels = Mutex<[ResourceAddress: OwnershipLabels]>([:])
    private let failing: [ResourceAddress: DriverError]

    init(failing: [ResourceAddress: DriverError] = [:]) { self.failing = failing }

    var owned: [ResourceAddress: OwnershipLabels] { labels.withLock { $0 } }

    func findings(
        for requests: [AdoptionRequest],
        in graph: ResourceGraph
    ) async throws(DriverError) -> [AdoptionFinding] { [] }

    func adopt(_ adoption: Adoption, _ own: OwnershipLabels) async throws(DriverError) -> OperationResult {
        if let error = failing[adoption.address] { throw error }
        let before = labels.withLock { labels in
            defer { labels[adoption.address] = own }
            return labels[adoption.address]
        }
        return OperationResult(bindings: ["id": adoption.id], wasAlreadyDone: before?.operation == own.operation)
    }

    func inventory(ports: [RequestedPort], recorded: [RecordedResource]) async throws(DriverError) -> Inventory {
        Inventory(
            services: owned.values.map {
                ObservedService(labels: $0, template: Fingerprint(text: ""), desiredReplicas: 1)
            }
        )
    }

    func observe(service name: String) async throws(DriverError) -> ObservedService? { nil }
    func watch(service name: String) -> AsyncThrowingStream<ObservedService?, any Error> { .init { nil } }
    func events() -> AsyncThrowingStream<ClusterEvent, any Error> { .init { nil } }
    func measurements() async throws(DriverError) -> [ServiceMeasurement] { [] }
}

@Suite("Taking over what others made")
struct ImportTests {
    private static func resource(_ name: String) -> Resource {
        var spec = ServiceSpec()
        spec.image = "a:1"
        spec.networks = [NetworkAttachment(network: "front")]
        return Resource(address: ResourceAddress(.service, name), protect: name == "web", spec: .service(spec))
    }

    private static func adoption(_ name: String) -> Adoption {
        Adoption(
            AdoptionRequest(resource(name), objectName: name),
            object: "shop_\(name)",
            id: "ID-\(name)",
            seen: .null
        )
    }

    private func run(
        _ store: MemoryStateStore,
        _ cluster: FoundCluster,
        _ names: [String] = ["api", "web"]
    ) async throws -> ImportConclusion {
        let grant = try await store.acquireLock(
            LockRequest(
                id: "lock",
                holder: "ann",
                host: "h",
                pid: 1,
                bootID: "b",
                startTicks: 1,
                operation: "import",
                now: Timestamp(milliseconds: 0)
            )
        )
        let request = ImportRequest(
            adoptions: names.map(Self.adoption),
            desired: names.map { CanonicalText(Self.resource($0)) },
            author: "ann@h",
            grant: grant
        )
        let runner = ImportRunner(driver: cluster, store: store, wallTime: { Timestamp(milliseconds: 7) })
        do {
            let conclusion = try await runner.run(request)
            try await store.releaseLock(grant)
            return conclusion
        } catch {
            try await store.releaseLock(grant)
            throw error
        }
    }

    @Test("each is announced, labelled and recorded, as one revision")
    func records() async throws {
        let store = MemoryStateStore(project: "shop")
        let cluster = FoundCluster()
        let conclusion = try await run(store, cluster)
        #expect(conclusion.imported.map(\.name) == ["api", "web"] && conclusion.failure == nil)
        let state = try await store.snapshot()
        var fingerprinter = Fingerprinter(key: state.key)
        for record in state.resources {
            let resource = Self.resource(record.address.name)
            #expect(record.resource == CanonicalText(resource))
            #expect(record.fingerprint == fingerprinter.fingerprint(resource))
            #expect(record.protect == resource.protect && record.revision == 1)
            #expect(record.needs == [ResourceAddress(.network, "front")])
            #expect(record.bindings["id"] == "ID-\(record.address.name)")
            let labels = try #require(cluster.owned[record.address])
            #expect(labels.fingerprint == record.fingerprint && labels.project == "shop")
        }
        #expect(state.resources.count == 2 && state.openOperations.isEmpty && state.attempted.isEmpty)
        let operations = try await store.operations(limit: 9)
        #expect(Set(operations.map(\.id)) == Set(cluster.owned.values.map(\.operation)))
        #expect(operations.allSatisfy { $0.outcome == .done })
        let revision = try #require(try await store.revision(1))
        #expect(revision.outcome == .converged && revision.summary == "2 imported" && revision.desired.count == 2)
    }

    @Test("one that fails ends it; what was taken over before stays recorded, and the rest is untouched")
    func failure() async throws {
        let store = MemoryStateStore(project: "shop")
        let web = ResourceAddress(.service, "web")
        let cluster = FoundCluster(failing: [web: DriverError(.conflict, "somebody changed it")])
        let conclusion = try await run(store, cluster, ["api", "web", "worker"])
        #expect(conclusion.failure?.address == web && conclusion.imported.map(\.name) == ["api"])
        let state = try await store.snapshot()
        #expect(state.resources.map(\.address.name) == ["api"] && state.openOperations.isEmpty)
        #expect(cluster.owned[ResourceAddress(.service, "worker")] == nil)
        #expect(try await store.revision(1)?.summary == "1 imported; 2 not imported")
        let again = try await run(store, FoundCluster(), ["web", "worker"])
        #expect(again.imported.map(\.name) == ["web", "worker"] && again.revision == 2)
    }

    @Test("a store that fails anywhere leaves what the same import finishes", arguments: 1...8)
    func killed(_ write: Int) async throws {
        let faults = Mutex(true)
        let store = MemoryStateStore(
            project: "shop",
            faults: StoreFaults { number, point in
                let isFaulty = faults.withLock { $0 }
                return isFaulty && number >= write && point == .beforeCommit
                    ? .io(path: "memory", detail: "gone") : nil
            }
        )
        let cluster = FoundCluster()
        _ = try? await run(store, cluster)
        faults.withLock { $0 = false }
        if let holder = try await store.lockHolder() { try await store.breakLock(id: holder.request.id) }
        let half = try await store.snapshot()
        let recorded = Set(half.resources.map(\.address))
        let left = ["api", "web"].filter { !recorded.contains(ResourceAddress(.service, $0)) }
        // Whatever carries labels without a record is known to have been tried.
        for address in cluster.owned.keys where !recorded.contains(address) {
            #expect(half.attempted.contains(address), "\(address)")
        }
        _ = try await run(store, cluster, left)
        let state = try await store.snapshot()
        #expect(state.resources.map(\.address.name) == ["api", "web"])
        #expect(state.openOperations.isEmpty && state.attempted.isEmpty)
        #expect(try await store.revision(state.lastRevision)?.outcome == .converged)
    }
}
