import Drivers
import Plans
import ResourceModel
import StateStores

/// Objects that are to be taken over and recorded, under a lock that is held.
package struct ImportRequest: Sendable {
    /// In the order in which they are taken over.
    package var adoptions: [Adoption]
    /// What is declared once all of them are recorded, for `rollback`.
    package var desired: [CanonicalText]
    package var author: String
    package var grant: LockGrant

    package init(adoptions: [Adoption], desired: [CanonicalText], author: String, grant: LockGrant) {
        self.adoptions = adoptions
        self.desired = desired
        self.author = author
        self.grant = grant
    }
}

/// What became of an import.
package struct ImportConclusion: Sendable {
    /// What was taken over and recorded.
    package var imported: [ResourceAddress] = []
    /// The one that failed; nothing after it was touched.
    package var failure: Failure?
    package var revision = 0

    package struct Failure: Sendable, Hashable {
        package var address: ResourceAddress
        package var error: DriverError
    }
}

/// Takes objects over one after the other: intent, driver, outcome and record, as every change of an apply.
///
/// Killed anywhere in between, what was done is recorded or carries the labels of an operation that the journal knows:
/// the same import goes on from there. The objects do not depend on each other, and each takes one call, so there is
/// nothing to order and nothing to wait for.
package struct ImportRunner: Sendable {
    private let driver: any ClusterAdopting
    private let store: any StateStore
    private let wallTime: @Sendable () -> Timestamp

    package init(
        driver: any ClusterAdopting,
        store: any StateStore,
        wallTime: @escaping @Sendable () -> Timestamp
    ) {
        self.driver = driver
        self.store = store
        self.wallTime = wallTime
    }

    package func run(_ request: ImportRequest) async throws(ApplyError) -> ImportConclusion {
        let state = try await reading { () throws(StateStoreError) in try await store.snapshot() }
        let cluster: String?
        do throws(DriverError) { cluster = try await driver.checkIdentity(of: state) } catch { throw .driver(error) }
        try await resolve(state.openOperations, request.grant)
        var conclusion = ImportConclusion()
        let digest = Fingerprinter(key: state.key).digest(Array("import \(state.lineage) \(state.serial)".utf8)).text
        let revision = Revision(
            number: state.lastRevision + 1,
            startedAt: wallTime(),
            author: request.author,
            summary: "planned: \(request.adoptions.count) to import",
            plan: digest,
            desired: request.desired,
            cluster: cluster
        )
        conclusion.revision = try await reading { () throws(StateStoreError) in
            try await store.beginRevision(revision, request.grant)
        }
        var fingerprinter = Fingerprinter(key: state.key)
        for (index, adoption) in request.adoptions.enumerated() {
            let operation = OperationRecord(
                id: "\(digest.prefix(12))-\(index)-1",
                plan: digest,
                address: adoption.address,
                action: "import \(adoption.object)",
                startedAt: wallTime()
            )
            let record = adoption.record(revision: conclusion.revision, &fingerprinter)
            if let error = try await perform(adoption, operation, record, state.project, request.grant) {
                conclusion.failure = ImportConclusion.Failure(address: adoption.address, error: error)
                break
            }
            conclusion.imported.append(adoption.address)
        }
        try await end(conclusion, of: request)
        return conclusion
    }

    /// - Returns: Why the driver did not do it.
    private func perform(
        _ adoption: Adoption,
        _ announced: OperationRecord,
        _ record: RecordedResource,
        _ project: String,
        _ grant: LockGrant
    ) async throws(ApplyError) -> DriverError? {
        try await reading { () throws(StateStoreError) in try await store.recordIntent(announced, grant) }
        var operation = announced
        var changes: [RecordChange] = []
        var failure: DriverError?
        let labels = OwnershipLabels(
            project: project,
            address: record.address,
            fingerprint: record.fingerprint,
            operation: operation.id
        )
        do throws(DriverError) {
            var record = record
            record.bindings = try await driver.adopt(adoption, labels).bindings
            operation.outcome = .done
            changes = [.put(record)]
        } catch {
            let isKnown = error.code != .unknownOutcome && error.code != .unreachable
            operation.outcome = isKnown ? .failed : .unknown
            operation.error = error.message
            failure = error
        }
        operation.finishedAt = wallTime()
        let (ended, put) = (operation, changes)
        try await reading { () throws(StateStoreError) in try await store.recordOutcome(ended, put, grant) }
        return failure
    }

    /// Closes the journal of an earlier run that was interrupted.
    private func resolve(_ open: [OperationRecord], _ grant: LockGrant) async throws(ApplyError) {
        guard !open.isEmpty else { return }
        let inventory: Inventory
        do throws(DriverError) { inventory = try await driver.inventory(ports: []) } catch { throw .driver(error) }
        for var operation in resolveInterrupted(open: open, inventory: inventory) {
            operation.finishedAt = wallTime()
            let closed = operation
            try await reading { () throws(StateStoreError) in try await store.recordOutcome(closed, [], grant) }
        }
    }

    private func end(_ conclusion: ImportConclusion, of request: ImportRequest) async throws(ApplyError) {
        let left = request.adoptions.count - conclusion.imported.count
        let summary = "\(conclusion.imported.count) imported" + (left > 0 ? "; \(left) not imported" : "")
        try await reading { () throws(StateStoreError) in
            try await store.endRevision(
                conclusion.revision,
                outcome: left > 0 ? .failed : .converged,
                summary: summary,
                at: wallTime(),
                request.grant
            )
        }
    }

    private func reading<Result: Sendable>(
        _ body: () async throws(StateStoreError) -> Result
    ) async throws(ApplyError) -> Result {
        do throws(StateStoreError) { return try await body() } catch { throw .store(error) }
    }
}

extension Adoption {
    /// The record of the object: what is declared, which its differences are told against.
    fileprivate func record(revision: Int, _ fingerprinter: inout Fingerprinter) -> RecordedResource {
        let resource = request.resource
        var needs: [ResourceAddress] = []
        for reference in resource.references where !needs.contains(reference.address) {
            needs.append(reference.address)
        }
        return RecordedResource(
            address: address,
            resource: CanonicalText(resource),
            fingerprint: fingerprinter.fingerprint(resource),
            objectName: request.objectName,
            revision: revision,
            protect: resource.protect,
            needs: needs.sorted()
        )
    }
}
