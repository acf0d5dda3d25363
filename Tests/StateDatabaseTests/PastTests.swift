import Foundation
import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

/// An old copy of a state in the place of the present one, as the model of it has it and in one long row.
@Suite("An old copy of a state is known by its past")
struct PastTests {
    @Test("however often it is tried; what others took meanwhile without a word is no hindrance")
    func tries() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var place = try PlacedState(folder)
        #expect(try await place.attempt("first") == "accepted")
        try await place.copy()
        #expect(try await place.attempt("second") == "accepted")
        // Never told: killed before, or the agent was not there.
        for number in 1...20 { _ = try await place.acquire("silent \(number)") }
        #expect(try await place.attempt("third") == "accepted")
        let present = "\(folder.path)/present.db"
        try await place.store.backup(to: present)
        try await place.putBack()
        for number in 1...50 { #expect(try await place.attempt("late \(number)") == "oldCopy") }
        try await place.putBack(present)
        #expect(try await place.attempt("fourth") == "accepted")
    }

    @Test("a state from before the past was kept goes on, and an old copy of it is refused")
    func migrated() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var former = Schema.current
        former.migrations.removeAll { $0.version > 4 }
        try SQLiteStateStore.initialise(path: folder.state, .new(project: "demo"), schema: former)
        let connection = try Connection(path: folder.state)
        try connection.execute("UPDATE lock SET epoch = 5")
        connection.close()
        var place = try PlacedState(folder, isNew: false)
        let lineage = try await place.store.snapshot().lineage
        let known = RunEpoch(lineage: lineage, number: 4, holder: "somebody")
        #expect(place.memory.announce(EpochAnnouncement(known)) == nil)
        try await place.copy()
        #expect(try await place.store.grantee(ofEpoch: 5) == "")
        #expect(try await place.store.grantee(ofEpoch: 6) == nil)
        #expect(try await place.attempt("first") == "accepted")
        #expect(try await place.attempt("second") == "accepted")
        try await place.putBack()
        for number in 1...5 { #expect(try await place.attempt("late \(number)") == "oldCopy") }
    }

    @Test(
        "every action of a random run of the model comes out as the model has it",
        .enabled(if: ModelTests.isPossible)
    )
    func agrees() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var counts: [String: Int] = [:]
        for seed in 1...40 {
            let actions = try ModelTests.run("past", seed: seed, isLeased: false, in: folder)
            let own = try TemporaryFolder()
            defer { own.remove() }
            var place = try PlacedState(own)
            for (index, action) in actions.enumerated() {
                let outcome = try await place.perform(action)
                counts["\(action.verb) \(outcome)", default: 0] += 1
                #expect(outcome == action.outcome, "seed \(seed), action \(index): \(action)")
            }
            await place.store.close()
        }
        for said in ["accepted", "oldCopy", "overtaken"] {
            #expect(counts["announce \(said)", default: 0] > 0, "\(counts)")
        }
    }
}

/// A state at its place, a copy of it, and the agent that remembers.
private struct PlacedState {
    let folder: TemporaryFolder
    var store: SQLiteStateStore
    var memory = EpochMemory()
    var grants: [Int: LockGrant] = [:]
    private var told: [Int: RunEpoch] = [:]

    init(_ folder: TemporaryFolder, isNew: Bool = true) throws {
        self.folder = folder
        store =
            isNew
            ? try SQLiteStateStore.initialise(path: folder.state, project: "demo", liveness: { _ in .dead })
            : try Self.opened(folder)
    }

    private static func opened(_ folder: TemporaryFolder) throws -> SQLiteStateStore {
        try SQLiteStateStore.open(path: folder.state, project: "demo", liveness: { _ in .dead })
    }

    func acquire(_ id: String) async throws -> LockGrant {
        try await store.acquireLock(StateStoreConformance.request(id))
    }

    func copy() async throws { try await store.backup(to: "\(folder.path)/copy.db") }

    mutating func putBack(_ path: String? = nil) async throws {
        await store.close()
        for end in ["-wal", "-shm", ""] { try? FileManager.default.removeItem(atPath: folder.state + end) }
        try FileManager.default.copyItem(atPath: path ?? "\(folder.path)/copy.db", toPath: folder.state)
        store = try Self.opened(folder)
    }

    /// Takes the lock and announces itself.
    mutating func attempt(_ id: String) async throws -> String {
        try await announce(try await acquire(id), asked: memory.last?.number ?? 0)
    }

    private mutating func announce(_ grant: LockGrant, asked: Int) async throws -> String {
        let lineage = try await store.snapshot().lineage
        let past = try await store.grantee(ofEpoch: asked)
            .map { RunEpoch(lineage: lineage, number: asked, holder: $0) }
        let epoch = RunEpoch(lineage: lineage, number: grant.epoch, holder: grant.id)
        switch memory.announce(EpochAnnouncement(epoch, past: past)) {
        case nil: return "accepted"
        case .oldCopy, .formerState: return "oldCopy"
        case .overtaken: return "overtaken"
        }
    }

    /// What came of an action, in the model's words.
    mutating func perform(_ action: ModelAction) async throws -> String {
        switch action.verb {
        case "acquire":
            grants[action.actor] = try await acquire("id\(action.actor)")
            return "granted"
        case "announce":
            guard let grant = grants[action.actor] else { throw ConformanceProblem("never granted: \(action)") }
            return try await announce(grant, asked: action.subject)
        case "copy": try await copy()
        case "putBack": try await putBack()
        case "forget": memory = EpochMemory()
        default: throw ConformanceProblem("an action that nobody knows: \(action.verb)")
        }
        return "done"
    }
}
