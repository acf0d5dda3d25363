import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

@Suite("Migrations are whole or not at all, and keep a copy of what was")
struct MigrationTests {
    private static let fault = StateStoreError.io(path: "x", detail: "killed midway")

    private static func newer(failing: Bool) -> Schema {
        var schema = Schema.current
        let next = schema.version + 1
        schema.migrations += [
            Migration(version: next) { connection throws(StateStoreError) in
                try connection.execute("ALTER TABLE resources ADD COLUMN colour TEXT")
            },
            Migration(version: next + 1) { connection throws(StateStoreError) in
                try connection.execute("DELETE FROM resources; UPDATE resources SET colour = 'red'")
                if failing { throw fault }
            },
        ]
        return schema
    }

    @Test("a migration that dies leaves the old format; the next run finishes it")
    func migrations() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let web = StateStoreConformance.resource(ResourceAddress(.service, "web"))
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        try await store.recordOutcome(StateStoreConformance.operation("x", .done), [.put(web)], grant)
        await store.close()

        #expect(throws: Self.fault) {
            try SQLiteStateStore.open(path: folder.state, project: "demo", schema: Self.newer(failing: true))
        }
        let old = try SQLiteStateStore.open(path: folder.state, project: "demo")
        #expect(try await old.snapshot().resources == [web])
        #expect(try await old.verify().isEmpty)
        await old.close()

        let migrated = try SQLiteStateStore.open(
            path: folder.state,
            project: "demo",
            schema: Self.newer(failing: false)
        )
        #expect(try await migrated.snapshot().resources.isEmpty)
        await migrated.close()
        let version = Schema.current.version
        #expect(
            throws: StateStoreError.newerFormat(found: version + 2, supported: version, path: folder.state)
        ) {
            try SQLiteStateStore.open(path: folder.state, project: "demo")
        }

        let copy = "\(folder.state).bak-v\(version)"
        #expect(try TemporaryFolder.mode(copy) == 0o600)
        let kept = try SQLiteStateStore.open(path: copy, project: "demo")
        #expect(try await kept.snapshot().resources == [web])
        await kept.close()
        #expect(try folder.names(in: "\(folder.path)/.orchplan") == ["state.db", "state.db.bak-v\(version)"])
    }

    @Test("a backup of a state in use is a whole state, and never replaces a file")
    func backup() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        try await store.recordIntent(StateStoreConformance.operation("x"), grant)
        let copy = "\(folder.path)/copy.db"
        try await store.backup(to: copy)
        let opened = try SQLiteStateStore.open(path: copy, project: "demo")
        #expect(try await opened.snapshot().openOperations == [StateStoreConformance.operation("x")])
        #expect(try await opened.snapshot().lineage == store.snapshot().lineage)
        await opened.close()
        await #expect(throws: StateStoreError.self) { try await store.backup(to: copy) }
        await store.close()
        await #expect(throws: StateStoreError.io(path: folder.state, detail: "the state is closed")) {
            try await store.snapshot()
        }
    }
}
