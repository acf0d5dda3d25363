import Foundation
import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

@Suite("A backup that is brought back")
struct RestoringTests {
    private static let web = StateStoreConformance.resource(ResourceAddress(.service, "web"))
    private static let api = StateStoreConformance.resource(ResourceAddress(.service, "api"))

    /// A state with `web`, its backup, and then `api` instead of `web`, under a lock that is still held.
    private static func prepared(_ folder: TemporaryFolder) async throws -> (SQLiteStateStore, LockGrant, String) {
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo", liveness: { _ in .alive })
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        _ = try await store.beginRevision(StateStoreConformance.revision(plan: "p", desired: ["{}"]), grant)
        try await store.recordOutcome(StateStoreConformance.operation("x", .done), [.put(web)], grant)
        let backup = "\(folder.path)/backup.db"
        try await store.backup(to: backup)
        let changes: [RecordChange] = [.remove(web.address), .put(api)]
        try await store.recordOutcome(StateStoreConformance.operation("y", .done), changes, grant)
        return (store, grant, backup)
    }

    /// - Parameter despiteFaults: The records here are made up, and have no fingerprints.
    private static func restore(
        _ folder: TemporaryFolder,
        _ backup: String,
        despiteFaults: Bool = true
    ) async throws -> StateRestoration {
        try await SQLiteStateStore.restore(
            from: backup,
            despiteFaults: despiteFaults,
            to: folder.state,
            project: "demo",
            request: StateStoreConformance.request("restore", pid: 2),
            suffix: "1",
            liveness: { _ in .alive }
        )
    }

    @Test("is another state: what was there is kept, and whoever worked with it writes no more")
    func restores() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (store, grant, backup) = try await Self.prepared(folder)
        let before = try await store.snapshot()
        let holder = try #require(try await store.lockHolder())
        await #expect(throws: StateStoreError.locked(holder)) { try await Self.restore(folder, backup) }
        #expect(try await store.snapshot().resources == [Self.api])
        try await store.releaseLock(grant)

        let done = try await Self.restore(folder, backup)
        #expect(done.resources == 1 && done.lastRevision == 1)
        // The connection of before is still open, and sees what is there now.
        let after = try await store.snapshot()
        #expect(after.resources == [Self.web])
        #expect(after.lineage != before.lineage && after.serial > before.serial && after.key == before.key)
        #expect(try await store.lockHolder() == nil)
        await #expect(throws: StateStoreError.self) {
            try await store.recordIntent(StateStoreConformance.operation("late"), grant)
        }
        let next = try await store.acquireLock(StateStoreConformance.request("b"))
        #expect(next.epoch > grant.epoch + 1)
        #expect(try await store.verify().isEmpty)
        await store.close()
        let kept = try SQLiteStateStore.open(path: try #require(done.keptAt), project: "demo")
        #expect(try await kept.snapshot().resources == [Self.api])
        await kept.close()
        #expect(try folder.names(in: "\(folder.path)/.orchplan").allSatisfy { !$0.contains("restoring") })
    }

    @Test("takes the place of a damaged state, which is moved aside, and of none at all", arguments: [true, false])
    func replaces(_ isDamaged: Bool) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (store, _, backup) = try await Self.prepared(folder)
        await store.close()
        for end in ["-wal", "-shm", ""] { try? FileManager.default.removeItem(atPath: folder.state + end) }
        let rubbish = Array("no database at all, and yet somebody may want to look at it".utf8)
        if isDamaged { try TemporaryFolder.write(rubbish, to: folder.state) }
        let done = try await Self.restore(folder, backup)
        if isDamaged {
            #expect(try TemporaryFolder.read(try #require(done.keptAt)) == rubbish)
        } else {
            #expect(done.keptAt == nil)
        }
        #expect(try TemporaryFolder.mode(folder.state) == 0o600)
        let restored = try SQLiteStateStore.open(path: folder.state, project: "demo")
        #expect(try await restored.snapshot().resources == [Self.web])
        await restored.close()
    }

    @Test("is refused when it is damaged, missing, another project's or newer; nothing changes then")
    func refusals() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (store, grant, backup) = try await Self.prepared(folder)
        try await store.releaseLock(grant)
        let before = try await store.snapshot()
        let good = try TemporaryFolder.read(backup)
        var bad = good
        bad.replaceSubrange(4096..<(bad.count - 4096), with: repeatElement(0xA5, count: bad.count - 8192))
        let damaged = "\(folder.path)/damaged.db"
        try TemporaryFolder.write(bad, to: damaged)
        let newer = "\(folder.path)/newer.db"
        try TemporaryFolder.write(good, to: newer)
        let connection = try Connection(path: newer)
        try connection.execute("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99")
        connection.close()
        let other = "\(folder.path)/other/state.db"
        await (try SQLiteStateStore.initialise(path: other, project: "other")).close()
        for path in [damaged, newer, other, "\(folder.path)/nothing.db"] {
            do {
                _ = try await Self.restore(folder, path)
                Issue.record("\(path) was restored")
            } catch let error as StateStoreError {
                #expect(error.message.contains(path), "\(error.message)")
            }
        }
        let after = try await store.snapshot()
        #expect(after.lineage == before.lineage && after.serial == before.serial && after.resources == [Self.api])
        await store.close()
    }

    @Test("is refused when its records are not what they should be, unless that is accepted")
    func faults() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let (store, grant, backup) = try await Self.prepared(folder)
        try await store.releaseLock(grant)
        await #expect(throws: StateStoreError.self) {
            _ = try await Self.restore(folder, backup, despiteFaults: false)
        }
        #expect(try await store.snapshot().resources == [Self.api])
        _ = try await Self.restore(folder, backup)
        await store.close()
    }
}
