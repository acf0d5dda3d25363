import Foundation
import OrchplanTestSupport
import ResourceModel
import StateDatabase
import StateStores
import Synchronization
import Testing

/// What the models under Tests/Models do is done to the real stores, step by step.
///
/// The models are checked exhaustively by Tests/Models/check.sh; what was proved of them holds for the code as far as the
/// code answers as they do. Spin runs them at random and prints each action with its outcome; the stores must come to the
/// same outcome, or the model is of something else than the code.
@Suite("The stores do what the models say")
struct ModelTests {
    private static let spin = "/usr/bin/spin"
    static let isPossible =
        FileManager.default.isExecutableFile(atPath: spin)
        || !["", "0", "false"].contains(ProcessInfo.processInfo.environment["CI"]?.lowercased() ?? "")

    @Test(
        "every action of a random run of a model is granted or refused as the model has it",
        .enabled(if: isPossible, "needs spin"),
        arguments: ["lock", "journal"],
        [false, true]
    )
    func agrees(model: String, isLeased: Bool) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var counts: [String: Int] = [:]
        for seed in 1...60 {
            let actions = try Self.run(model, seed: seed, isLeased: isLeased, in: folder)
            let dead = DeadHolders(all: isLeased)
            let liveness: HolderLiveness = { dead.contains($0) ? .dead : .alive }
            let memory = MemoryStateStore(project: "demo", liveness: liveness)
            try await ModelReplay(memory, dead).run(actions, seed)
            // Every commit is on the disk: fewer of these.
            guard seed % 6 == 0 else { continue }
            dead.clear()
            let database = try SQLiteStateStore.initialise(
                path: "\(folder.path)/\(seed).db",
                project: "demo",
                liveness: liveness
            )
            try await ModelReplay(database, dead).run(actions, seed)
            await database.close()
            for action in actions { counts["\(action.verb) \(action.outcome)", default: 0] += 1 }
        }
        // A run in which nothing is ever refused would prove nothing.
        #expect(counts["acquire granted", default: 0] > 20, "\(counts)")
        #expect(counts.keys.contains { $0.hasSuffix("fenced") || $0.hasSuffix("locked") } || model == "journal")
    }

    /// The actions of one random run.
    static func run(
        _ model: String,
        seed: Int,
        isLeased: Bool,
        in folder: TemporaryFolder
    ) throws -> [ModelAction] {
        let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Models/\(model).pml")
        let process = Process()
        process.executableURL = URL(filePath: spin)
        process.arguments =
            ["-T", "-n\(seed)", "-u4000", "-DTRACE"] + (isLeased ? ["-DLEASE"] : []) + [models.standardized.path]
        process.currentDirectoryURL = URL(filePath: folder.path)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return try text.split(separator: "\n").filter { $0.contains("ACTION ") }.map { try ModelAction($0) }
    }
}

/// One line of a model: `ACTION acquire 5 0 granted`.
struct ModelAction {
    var verb: String
    var actor: Int
    var subject: Int
    var outcome: String

    init(_ line: Substring) throws {
        let words = line.split(separator: " ")
        guard words.count == 5, let actor = Int(words[2]), let subject = Int(words[3]) else {
            throw ConformanceProblem("a line of the model that nobody understands: \(line)")
        }
        verb = String(words[1])
        self.actor = actor
        self.subject = subject
        outcome = String(words[4])
    }
}

/// Who runs no more, or is taken for that.
final class DeadHolders: Sendable {
    private let all: Bool
    private let pids = Mutex<Set<Int>>([])

    init(all: Bool) { self.all = all }

    func insert(_ pid: Int) { pids.withLock { _ = $0.insert(pid) } }
    func clear() { pids.withLock { $0 = [] } }
    func contains(_ holder: LockHolder) -> Bool { all || pids.withLock { $0.contains(holder.request.pid) } }
}

/// Does to a store what a model did, and throws where it answers otherwise.
struct ModelReplay {
    let store: any StateStore
    let dead: DeadHolders

    init(_ store: any StateStore, _ dead: DeadHolders) {
        self.store = store
        self.dead = dead
    }

    func run(_ actions: [ModelAction], _ seed: Int) async throws {
        var grants: [Int: LockGrant] = [:]
        for (index, action) in actions.enumerated() {
            let before = try await store.snapshot().serial
            let outcome = try await perform(action, &grants)
            guard outcome == action.outcome else {
                throw ConformanceProblem("seed \(seed), action \(index) \(action): the store says \(outcome)")
            }
            let isWrite = ["write", "intent", "outcome", "failed", "found"].contains(action.verb)
            let grown = try await store.snapshot().serial - before
            guard grown == (isWrite && outcome == "accepted" ? 1 : 0) else {
                throw ConformanceProblem("seed \(seed), action \(index) \(action): the serial grew by \(grown)")
            }
        }
    }

    /// What came of an action, in the model's words.
    private func perform(_ action: ModelAction, _ grants: inout [Int: LockGrant]) async throws -> String {
        let actor = action.actor
        let operation = "op\(action.subject)"
        switch action.verb {
        case "acquire":
            let request = StateStoreConformance.request("id\(actor)", pid: Self.process(action))
            return try await Self.outcome("granted") { grants[actor] = try await store.acquireLock(request) }
        case "kill":
            dead.insert(Self.process(action))
            return "done"
        case "breakLock": return try await Self.outcome("accepted") { try await store.breakLock(id: "id\(actor)") }
        case "snapshot":
            let open = try await store.snapshot().openOperations.map(\.id)
            let said = (1...3).filter { action.subject & 1 << ($0 - 1) != 0 }.map { "op\($0)" }
            return open.sorted() == said ? "read" : "other open operations: \(open)"
        default: break
        }
        guard let grant = grants[actor] else { throw ConformanceProblem("\(actor) was never granted the lock") }
        return try await Self.outcome("accepted") {
            switch action.verb {
            case "write": try await store.recordIntent(StateStoreConformance.operation("w\(actor)"), grant)
            case "intent": try await store.recordIntent(StateStoreConformance.operation(operation), grant)
            case "outcome":
                let web = StateStoreConformance.resource(ResourceAddress(.service, "web"))
                try await store.recordOutcome(StateStoreConformance.operation(operation, .done), [.put(web)], grant)
            case "found": try await store.recordOutcome(StateStoreConformance.operation(operation, .done), [], grant)
            case "failed": try await store.recordOutcome(StateStoreConformance.operation(operation, .failed), [], grant)
            case "adopt": try await store.heartbeat(grant)
            case "release": try await store.releaseLock(grant)
            default: throw ConformanceProblem("an action that nobody knows: \(action.verb)")
            }
        }
    }

    /// The process of an action: in the model of the lock an id is four times the process and the turn.
    private static func process(_ action: ModelAction) -> Int {
        action.actor >= 4 ? action.actor / 4 : action.actor
    }

    private static func outcome(_ success: String, _ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
            return success
        } catch let error as StateStoreError {
            switch error {
            case .fenced: return "fenced"
            case .locked: return "locked"
            case .wrongLockID: return "refused"
            default: throw error
            }
        }
    }
}
