import Foundation
import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

/// Damage at every place of the file.
@Suite("A state that is damaged anywhere")
struct DamageSweepTests {
    private static let count = 20

    private static func written(_ folder: TemporaryFolder) async throws -> [UInt8] {
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        let revision = StateStoreConformance.revision(plan: "p", desired: (0..<count).map { #"{"n":\#($0)}"# })
        _ = try await store.beginRevision(revision, grant)
        for number in 0..<count {
            let address = ResourceAddress(.service, "service-\(number)")
            let resource = StateStoreConformance.resource(address, spec: #"{"n":\#(number)}"#)
            try await store.recordOutcome(
                StateStoreConformance.operation("x\(number)", .done),
                [.put(resource)],
                grant
            )
        }
        try await store.releaseLock(grant)
        await store.close()
        return try TemporaryFolder.read(folder.state)
    }

    @Test("is refused or complete: never empty, never made anew, and the file stays as it is")
    func flips() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let whole = try await Self.written(folder)
        var refused = 0
        var complete = 0
        // Every place of the header, which says what the file is; of the rest some of every page.
        let places = Array(0..<128) + Array(stride(from: 128, to: whole.count, by: 101))
        for place in places {
            var bytes = whole
            bytes[place] ^= 0x55
            try TemporaryFolder.write(bytes, to: folder.state)
            do {
                let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
                let state = try await store.snapshot()
                await store.close()
                guard state.resources.count == Self.count else {
                    throw ConformanceProblem("with byte \(place) changed, \(state.resources.count) resources are left")
                }
                complete += 1
            } catch let error as StateStoreError {
                switch error {
                case .corrupt, .unsuitable, .newerFormat, .otherProject, .io: refused += 1
                default: throw ConformanceProblem("byte \(place): \(error)")
                }
                let left = try TemporaryFolder.read(folder.state)
                guard left == bytes else { throw ConformanceProblem("byte \(place): the refused file was changed") }
            }
            for end in ["-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: folder.state + end) }
        }
        #expect(refused > 50 && complete > 200, "\(refused) refused, \(complete) complete")
    }

    @Test("is refused or complete however much of its end is missing", arguments: [1, 2, 3, 5, 9])
    func truncated(pages: Int) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let whole = try await Self.written(folder)
        let bytes = Array(whole.dropLast(pages * 4096 - 17))
        try TemporaryFolder.write(bytes, to: folder.state)
        do {
            let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
            // The last page may be one that nothing is in.
            #expect(pages == 1)
            #expect(try await store.snapshot().resources.count == Self.count)
            await store.close()
        } catch {
            #expect(try TemporaryFolder.read(folder.state) == bytes)
        }
    }

    @Test("a changed text of the history is found by verify")
    func texts() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        _ = try await Self.written(folder)
        let connection = try Connection(path: folder.state)
        try connection.execute("UPDATE texts SET text = '{\"n\":99}' WHERE id = 3")
        connection.close()
        let store = try SQLiteStateStore.open(path: folder.state, project: "demo")
        #expect(try await store.verify() == ["a text of the history is not what its digest says"])
        await store.close()
    }
}
