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
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let disk = try SmallDisk(at: folder.path)
        defer { disk.remove() }
        let ballast = "\(folder.path)/ballast"
        let path = folder.state
        let store = try SQLiteStateStore.initialise(path: path, project: "demo")
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
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
}

/// A file system of one mebibyte.
private struct SmallDisk {
    let path: String

    static let isPossible: Bool = {
        guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
        defer { folder.remove() }
        guard let disk = try? SmallDisk(at: folder.path) else { return false }
        disk.remove()
        return true
    }()

    init(at path: String) throws {
        self.path = path
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m,mode=0700") == 0 else {
            throw ConformanceProblem("cannot mount: errno \(errno)")
        }
    }

    func remove() {
        _ = umount2(path, 2)
    }
}
