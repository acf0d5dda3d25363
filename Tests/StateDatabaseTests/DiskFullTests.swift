import Foundation
import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

@Suite("A full disk")
struct DiskFullTests {
    @Test(
        "is said, loses nothing that was acknowledged, and is over when there is room again",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system")
    )
    func full() async throws {
        let (folder, disk) = try SmallDisk.inFolder()
        defer { disk.remove(folder) }
        let ballast = "\(folder.path)/ballast"
        let path = folder.state
        let (store, grant) = try await locked(folder)
        let web = StateStoreConformance.resource(ResourceAddress(.service, "web"))
        try await store.recordOutcome(StateStoreConformance.operation("x", .done), [.put(web)], grant)
        let before = try await store.snapshot()

        try? TemporaryFolder.write(repeatElement(0, count: 600_000), to: ballast)
        var large = web
        large.objectName = String(repeating: "x", count: 600_000)
        do {
            try await store.recordOutcome(StateStoreConformance.operation("y", .done), [.put(large)], grant)
            Issue.record("the disk is not full")
        } catch {
            guard case .io(path, let detail) = error else { throw error }
            #expect(detail.contains("the disk is full") && detail.contains("nothing was written"))
        }
        #expect(try await store.snapshot().resources == before.resources)
        let other = try SQLiteStateStore.open(path: path, project: "demo")
        #expect(try await other.snapshot().serial == before.serial)
        await other.close()

        try FileManager.default.removeItem(atPath: ballast)
        try await store.recordIntent(StateStoreConformance.operation("z"), grant)
        #expect(try await store.snapshot().serial == before.serial + 1)
        #expect(try await store.verify().isEmpty)
        await store.close()
    }

    @Test(
        "refuses a write that is too large alone, and takes those beside it",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system")
    )
    func tooLarge() async throws {
        let (folder, disk) = try SmallDisk.inFolder()
        defer { disk.remove(folder) }
        let (store, grant) = try await locked(folder)
        var large = StateStoreConformance.resource(ResourceAddress(.service, "web"))
        large.objectName = String(repeating: "x", count: 2_000_000)
        let results = await store.record(
            [
                .intent(StateStoreConformance.operation("x")),
                .outcome(StateStoreConformance.operation("y", .done), [.put(large)]),
                .intent(StateStoreConformance.operation("z")),
            ],
            grant
        )
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(try await store.snapshot().openOperations.map(\.id) == ["x", "z"])
        await store.close()
    }

    @Test(
        "is read all the same, a read-only one too; nothing stale is told, and nothing can be locked",
        .enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system"),
        arguments: [false, true]
    )
    func reading(_ isReadOnly: Bool) async throws {
        let (folder, disk) = try SmallDisk.inFolder()
        defer { disk.remove(folder) }
        let (store, grant) = try await locked(folder)
        let web = StateStoreConformance.resource(ResourceAddress(.service, "web"))
        try await store.recordOutcome(StateStoreConformance.operation("x", .done), [.put(web)], grant)
        try await store.releaseLock(grant)
        let before = try await store.snapshot()
        await store.close()
        if isReadOnly { try disk.makeReadOnly(true) } else { try disk.fill() }

        let reader = try SQLiteStateStore.open(path: folder.state, project: "demo")
        let read = try await reader.snapshot()
        #expect(read.resources == before.resources && read.serial == before.serial && read.lineage == before.lineage)
        #expect(try await reader.revisions(limit: 5).isEmpty)
        #expect(try await reader.lockHolder() == nil)
        do {
            _ = try await reader.acquireLock(StateStoreConformance.request("b"))
            Issue.record("the lock was taken on a disk that takes nothing")
        } catch {
            #expect(error.message.contains(isReadOnly ? "cannot be opened for writing" : "the disk is full"))
        }

        // There is room again, and somebody writes: what was read is over, and is not told as the present.
        if isReadOnly { try disk.makeReadOnly(false) } else { disk.empty() }
        let writer = try SQLiteStateStore.open(path: folder.state, project: "demo")
        _ = try await writer.acquireLock(StateStoreConformance.request("c"))
        do {
            _ = try await reader.lockHolder()
            Issue.record("an old state was told as the present one")
        } catch {
            #expect(error.message.contains("it changed after it was read"))
        }
        await writer.close()
        await reader.close()
    }

    /// A new state in the folder, with its lock held.
    private func locked(_ folder: TemporaryFolder) async throws -> (SQLiteStateStore, LockGrant) {
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        return (store, try await store.acquireLock(StateStoreConformance.request("a")))
    }
}

/// A file system of one mebibyte.
private struct SmallDisk {
    let path: String

    static let isPossible: Bool = {
        guard geteuid() == 0, let (folder, disk) = try? inFolder() else { return false }
        disk.remove(folder)
        return true
    }()

    /// A folder of its own with the file system in it.
    static func inFolder() throws -> (TemporaryFolder, SmallDisk) {
        let folder = try TemporaryFolder()
        do {
            return (folder, try SmallDisk(at: folder.path))
        } catch {
            folder.remove()
            throw error
        }
    }

    private init(at path: String) throws {
        self.path = path
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m,mode=0700") == 0 else {
            throw ConformanceProblem("cannot mount: errno \(errno)")
        }
    }

    func fill() throws {
        // Smaller and smaller pieces, so that nothing is left.
        let descriptor = open("\(path)/ballast", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw ConformanceProblem("cannot make the ballast: errno \(errno)") }
        defer { close(descriptor) }
        let piece = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<300 where write(descriptor, piece, piece.count) < piece.count { return }
        throw ConformanceProblem("the disk does not fill")
    }

    func empty() { unlink("\(path)/ballast") }

    func makeReadOnly(_ isReadOnly: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        // A program that another test is just starting may have the ballast open until it is there.
        for _ in 0..<200 {
            if mount("tmpfs", path, "tmpfs", flags, "size=1m,mode=0700") == 0 { return }
            guard errno == EBUSY else { break }
            usleep(50_000)
        }
        throw ConformanceProblem("cannot remount: errno \(errno)")
    }

    func remove(_ folder: TemporaryFolder) {
        _ = umount2(path, 2)
        folder.remove()
    }
}
