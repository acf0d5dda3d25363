import Applying
import Drivers
import ResourceModel
import StateStores
import Testing

/// What an apply left that was killed, closed by one that has nothing to do.
@Suite("Interrupted runs are closed")
struct ClosingTests {
    private let store = MemoryStateStore(project: "shop", key: ProjectKey(bytes: Array(repeating: 7, count: 32)))

    private func grant(_ id: String) async throws -> LockGrant {
        try await store.acquireLock(
            LockRequest(
                id: id,
                holder: "me@here",
                host: "here",
                pid: 1,
                bootID: "boot",
                startTicks: 1,
                operation: "destroy",
                now: Timestamp(milliseconds: 0)
            )
        )
    }

    private func runner(_ time: VirtualTime) -> ApplyRunner {
        ApplyRunner(
            driver: SimulatedDriver(SimulationOptions(seed: 1), time: time),
            store: store,
            secrets: NoSecrets(),
            time: time,
            wallTime: { Timestamp(milliseconds: 5000) }
        )
    }

    /// A destroy is killed: `hasIntent`, after it announced its first operation and before the driver was asked.
    private func killed(hasIntent: Bool) async throws {
        let grant = try await grant("killed")
        _ = try await store.beginRevision(
            Revision(
                number: 1,
                startedAt: Timestamp(milliseconds: 0),
                author: "me@here",
                summary: "destroy: planned: 0 to add, 0 to change, 1 to destroy",
                plan: "0123456789abcdef"
            ),
            grant
        )
        if hasIntent {
            let intent = OperationRecord(
                id: "0123456789ab-0-1",
                plan: "0123456789abcdef",
                address: ResourceAddress(.service, "w"),
                action: "start instance w.1",
                startedAt: Timestamp(milliseconds: 0)
            )
            try await store.record(.intent(intent), grant)
        }
        try await store.releaseLock(grant)
    }

    @Test("The last revision has come to its end, and what was left is named as what it was", arguments: [true, false])
    func closes(_ hasIntent: Bool) async throws {
        try await killed(hasIntent: hasIntent)
        let grant = try await grant("next")
        let time = VirtualTime()
        let closed = try await time.run { try await runner(time).closeInterrupted(author: "me@here", grant) }
        #expect(closed.command == "destroy" && closed.closed == 1)
        #expect(closed.operations.map(\.outcome) == (hasIntent ? [.failed] : []))
        let revisions = try await store.revisions(limit: 9)
        #expect(revisions.map(\.outcome) == [.converged, .interrupted])
        #expect(revisions[0].summary == "nothing was left to do after the destroy of revision 1")
        #expect(revisions[1].command == "destroy", "\(revisions[1].summary)")
        #expect(try await store.snapshot().openOperations.isEmpty)
        // Once is enough.
        let again = try await time.run { try await runner(time).closeInterrupted(author: "me@here", grant) }
        #expect(again.isNothing)
        #expect(try await store.revisions(limit: 9).count == 2)
    }

    @Test("What was typed is known by the summary, whatever became of it")
    func commands() {
        func command(_ summary: String) -> String {
            Revision(number: 1, startedAt: Timestamp(milliseconds: 0), author: "", summary: summary, plan: "").command
        }
        #expect(command("planned: 1 to add, 0 to change, 0 to destroy") == "apply")
        #expect(command("1 added, 0 changed, 0 destroyed; 1 rolled back") == "apply")
        #expect(command("destroy: 0 added, 0 changed, 3 destroyed") == "destroy")
        #expect(command("2 changes recorded; destroy: planned: 0 to add, 0 to change, 3 to destroy") == "destroy")
        #expect(command("rollback to revision 3: planned: 1 to add, 0 to change, 0 to destroy") == "rollback")
        #expect(command("0 changes recorded; planned: 2 to import") == "import")
    }
}

private struct NoSecrets: SecretProviding {
    func content(of name: String, spec: SecretSpec) async throws(DriverError) -> SecretBytes {
        throw DriverError(.notFound, "there is no secret \(name)")
    }
}
