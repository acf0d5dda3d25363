import Foundation
import OrchplanTestSupport
import ResourceModel
import StateStores
import Synchronization
import Testing

@testable import StateDatabase

@Suite("Two processes and one state")
struct ProcessTests {
    @Test("a holder is dead when its pid, its start time or its boot says so, and unknown elsewhere")
    func liveness() {
        let me = ProcessIdentity.current()
        #expect(me.pid == Int(getpid()) && me.startTicks > 0 && !me.bootID.isEmpty)
        func state(_ change: (inout ProcessIdentity) -> Void) -> HolderState {
            var holder = me
            change(&holder)
            let request = holder.lockRequest(holder: "ann", operation: "apply", now: Timestamp(milliseconds: 0))
            return LocalLiveness.state(of: request, seenBy: me)
        }
        #expect(state { _ in } == .alive)
        #expect(state { $0.startTicks += 1 } == .dead)
        #expect(state { $0.startTicks = 0 } == .alive)
        #expect(state { $0.pid = 0 } == .dead)
        #expect(state { $0.pid = Int(Int32.max) } == .dead)
        #expect(state { $0.bootID = "another/1" } == .dead)
        #expect(state { $0.bootID = "\(me.bootID.split(separator: "/")[0])/1" } == .unknown)
        #expect(state { $0.bootID = "" } == .unknown)
        #expect(
            state {
                $0.host += "x"
                $0.pid = Int(Int32.max)
            } == .unknown
        )
        let odd: String = "7 (a) b) (c) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21"
        #expect(ProcessStatus(parsing: odd)?.startTicks == 4711 && ProcessStatus(parsing: odd)?.hasEnded == true)
    }

    @Test("two connections: the second is told who holds the lock, and reads while the first writes")
    func contention() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let first = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let second = try SQLiteStateStore.open(path: folder.state, project: "demo")
        let me = ProcessIdentity.current()
        let now = Timestamp(milliseconds: 1)
        let request = me.lockRequest(holder: "ann@host", operation: "apply", now: now)
        let grant = try await first.acquireLock(request)
        let holder = LockHolder(request: request, acquiredAt: now, heartbeatAt: now)
        await #expect(throws: StateStoreError.locked(holder)) {
            try await second.acquireLock(me.lockRequest(holder: "bob@host", operation: "destroy", now: now))
        }
        let isOver = Mutex(false)
        async let writing: Void = {
            // Also when a write failed: whoever reads is not to wait for what never comes.
            defer { isOver.withLock { $0 = true } }
            for number in 0..<50 {
                try await first.recordIntent(StateStoreConformance.operation("x\(number)"), grant)
            }
        }()
        var last = 0
        var isLast = false
        while !isLast {
            isLast = isOver.withLock { $0 }
            let state = try await second.snapshot()
            #expect(state.serial == state.openOperations.count && state.serial >= last)
            last = state.serial
            // A store that is free answers without giving up the thread, which the writer may need to begin at all.
            await Task.yield()
        }
        try await writing
        #expect(last == 50)
        try await second.breakLock(id: request.id)
        await #expect(throws: StateStoreError.fenced(currentEpoch: grant.epoch)) {
            try await first.recordIntent(StateStoreConformance.operation("late"), grant)
        }
        await first.close()
        await second.close()
    }

    /// A writer of its own kind: it takes the lock as a process does, announces operations one by one and says each
    /// after its commit.
    private static let writer = """
        import os, socket, sqlite3, sys
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("UPDATE lock SET epoch = epoch + 1, lock_id = 'w', holder = 'writer', host = ?, pid = ?,"
            " boot_id = ?,"
            " start_ticks = ?, operation = 'apply', requested_at = 1, acquired_at = 1, heartbeat_at = 1",
            (socket.gethostname(), os.getpid(), sys.argv[2],
             int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])))
        start = int(sys.argv[3])
        for number in range(start, start + 1000000):
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO operations (id, plan, kind, name, action, outcome, started_at)"
                " VALUES (?, 'p', 'service', 'web', 'start', 'intent', 1)", (str(number),))
            db.execute("UPDATE project SET serial = serial + 1")
            db.execute("COMMIT")
            os.write(1, b"%d\\n" % number)
        """

    @Test(
        "what was acknowledged before kill -9 is there, and the lock of the dead is taken over",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs /usr/bin/python3")
    )
    func killed() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        await (try SQLiteStateStore.initialise(path: folder.state, project: "demo")).close()
        var expected = 0
        for round in 1...8 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
            let boot = ProcessIdentity.current().bootID
            process.arguments = ["-c", Self.writer, folder.state, boot, "\(round * 10_000_000)"]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            var said: [UInt8] = []
            let enough = round * 40
            while said.count < enough {
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { break }
                said.append(contentsOf: more)
            }
            kill(process.processIdentifier, SIGKILL)
            said.append(contentsOf: output.fileHandleForReading.readDataToEndOfFile())
            process.waitUntilExit()
            #expect(said.count >= enough)

            let store = try SQLiteStateStore.open(path: folder.state, project: "demo")
            let state = try await store.snapshot()
            let open = Set(state.openOperations.map(\.id))
            let acknowledged = said.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
            #expect(acknowledged.allSatisfy(open.contains))
            // At most the one write that the kill met between its commit and its word.
            expected += acknowledged.count
            #expect(state.serial == open.count && (expected...(expected + 1)).contains(state.serial))
            expected = state.serial
            #expect(try await store.verify().isEmpty)
            let request = ProcessIdentity.current()
                .lockRequest(holder: "ann@host", operation: "apply", now: Timestamp(milliseconds: 2))
            let grant = try await store.acquireLock(request)
            #expect(grant.takenOverFrom?.request.pid == Int(process.processIdentifier))
            try await store.releaseLock(grant)
            await store.close()
        }
    }

    @Test("a transaction that was never committed is not there after a crash")
    func uncommitted() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        try await store.recordIntent(StateStoreConformance.operation("x"), grant)
        let torn = try Connection(path: folder.state)
        try torn.execute("PRAGMA cache_size = 1; BEGIN IMMEDIATE")
        let web = (0..<2000)
            .map {
                RecordChange.put(StateStoreConformance.resource(ResourceAddress(.service, "s\($0)")))
            }
        try ResourceTable.apply(web, torn)
        // The files as a crash leaves them: the log holds pages of the open transaction.
        let copy = "\(folder.path)/copy.db"
        for suffix in ["", "-wal"] {
            try TemporaryFolder.write(try TemporaryFolder.read(folder.state + suffix), to: copy + suffix)
        }
        #expect(try TemporaryFolder.read(copy + "-wal").count > 100_000)
        let crashed = try SQLiteStateStore.open(path: copy, project: "demo")
        #expect(try await crashed.snapshot().resources.isEmpty)
        #expect(try await crashed.snapshot().openOperations == [StateStoreConformance.operation("x")])
        #expect(try await crashed.verify().isEmpty)
        await crashed.close()
        torn.close()
        await store.close()
    }
}
