import OrchplanTestSupport
import ResourceModel
import StateStores
import Testing

@testable import StateDatabase

@Suite("Opening a state refuses what it must not use, and changes nothing then")
struct OpeningTests {
    /// A closed state with a hundred resources.
    private static func written(_ folder: TemporaryFolder) async throws {
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let grant = try await store.acquireLock(StateStoreConformance.request("a"))
        let changes = (0..<100)
            .map {
                RecordChange.put(StateStoreConformance.resource(ResourceAddress(.service, "s\($0)")))
            }
        _ = try await store.beginRevision(StateStoreConformance.revision(plan: "p", desired: ["{}"]), grant)
        try await store.recordOutcome(StateStoreConformance.operation("x", .done), changes, grant)
        try await store.releaseLock(grant)
        await store.close()
    }

    /// The error of opening what is at the path.
    private static func refusal(_ path: String, project: String = "demo") throws -> StateStoreError {
        do {
            _ = try SQLiteStateStore.open(path: path, project: project)
        } catch {
            return error
        }
        throw ConformanceProblem("the state was opened")
    }

    @Test("a log whose locks somebody holds for long is busy, as SQLite may call it", arguments: [5, 6, 15, 517])
    func busy(code: Int32) {
        let error = StateStoreError(sqlite: code, message: "locking protocol", doing: "PRAGMA", path: "state.db")
        #expect(error == .busy(path: "state.db"))
    }

    @Test("directories are 0700 and files 0600, also those that were open before")
    func permissions() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let store = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        _ = try await store.acquireLock(StateStoreConformance.request("a"))
        let directory = "\(folder.path)/.orchplan"
        #expect(try folder.names(in: directory) == ["state.db", "state.db-shm", "state.db-wal"])
        func modes() throws -> [Int] {
            try ["", "/state.db", "/state.db-wal", "/state.db-shm"].map { try TemporaryFolder.mode(directory + $0) }
        }
        #expect(try modes() == [0o700, 0o600, 0o600, 0o600])
        for name in ["state.db", "state.db-wal"] { try TemporaryFolder.setMode(0o644, "\(directory)/\(name)") }
        try TemporaryFolder.setMode(0o755, directory)
        let again = try SQLiteStateStore.open(path: folder.state, project: "demo")
        #expect(try modes() == [0o700, 0o600, 0o600, 0o600])
        await again.close()
        await store.close()
    }

    @Test("a directory that everybody may write to is refused")
    func openDirectory() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try TemporaryFolder.setMode(0o777, folder.path)
        #expect(throws: StateStoreError.self) {
            try SQLiteStateStore.initialise(path: "\(folder.path)/state.db", project: "demo")
        }
        #expect(try folder.names(in: folder.path).isEmpty)
    }

    @Test("a project folder that everybody may write to is refused: .orchplan could be renamed away there")
    func openProject() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for place in [".orchplan", ".orchplan/environments/live"] {
            let path = "\(folder.path)/\(place)/state.db"
            try TemporaryFolder.setMode(0o777, folder.path)
            #expect(throws: StateStoreError.self) { try SQLiteStateStore.initialise(path: path, project: "demo") }
            #expect(!SQLiteStateStore.exists(at: path))
            // Nobody can rename what is another's where the sticky bit is set, as in /tmp.
            try TemporaryFolder.setMode(0o1777, folder.path)
            _ = try SQLiteStateStore.initialise(path: path, project: "demo")
        }
    }

    @Test("no state, another project's, a newer one, another program's database")
    func identity() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        #expect(try Self.refusal(folder.state) == .missing(path: folder.state))
        #expect(!SQLiteStateStore.exists(at: folder.state))
        try await Self.written(folder)
        #expect(SQLiteStateStore.exists(at: folder.state))
        let other = StateStoreError.otherProject(path: folder.state, found: "demo", expected: "shop")
        #expect(try Self.refusal(folder.state, project: "shop") == other)
        #expect(throws: other) { try SQLiteStateStore.initialise(path: folder.state, project: "shop") }

        let connection = try Connection(path: folder.state)
        try connection.execute("PRAGMA user_version = 99")
        connection.close()
        let before = try TemporaryFolder.read(folder.state)
        #expect(
            try Self.refusal(folder.state)
                == .newerFormat(found: 99, supported: Schema.current.version, path: folder.state)
        )
        #expect(try TemporaryFolder.read(folder.state) == before)

        let foreign = try Connection(path: folder.state)
        try foreign.execute("PRAGMA application_id = 7")
        foreign.close()
        guard case .unsuitable = try Self.refusal(folder.state) else { throw ConformanceProblem("not unsuitable") }
    }

    @Test("a state among what the agent keeps is refused: instances would be shown it")
    func agentsFolder() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for place in ["local", "local/data/v", "environments/live/local", "environments/live/local/secrets"] {
            let path = "\(folder.path)/.orchplan/\(place)/state.db"
            #expect(throws: StateStoreError.self) { try SQLiteStateStore.initialise(path: path, project: "demo") }
            #expect(!SQLiteStateStore.exists(at: path))
        }
        _ = try SQLiteStateStore.initialise(
            path: "\(folder.path)/.orchplan/environments/local/state.db",
            project: "demo"
        )
    }

    @Test(
        "numbers and times that no state has are told as damage, whatever would be reckoned with them",
        arguments: [
            ("UPDATE lock SET epoch = 9223372036854775807", "epoch"),
            ("UPDATE lock SET epoch = -9223372036854775807", "epoch"),
            ("UPDATE lock SET lock_id = 'x', pid = 9223372036854775807", "pid"),
            ("UPDATE lock SET lock_id = 'x', pid = 1, requested_at = -9223372036854775807", "requested_at"),
            ("UPDATE project SET serial = 9223372036854775807", "serial"),
            ("UPDATE revisions SET started_at = 9223372036854775807", "started_at"),
            ("UPDATE revisions SET finished_at = -9223372036854775807", "finished_at"),
        ]
    )
    func absurd(_ change: String, _ column: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await Self.written(folder)
        try Self.run(change, on: folder.state)
        let problems: [String]
        do throws(StateStoreError) {
            let store = try SQLiteStateStore.open(path: folder.state, project: "demo")
            problems = try await store.verify()
            await store.close()
        } catch {
            problems = [error.message]
        }
        #expect(problems.contains { $0.contains("the column \(column) holds a value") }, "\(problems)")
    }

    @Test("tables that are missing, and views and triggers, which may never end, are told as damage")
    func foreignTables() async throws {
        for (change, words) in [
            ("DROP TABLE attempts; CREATE VIEW attempts AS SELECT 1 AS kind, 2 AS name", "a view called attempts"),
            ("CREATE TRIGGER t AFTER INSERT ON operations BEGIN DELETE FROM resources; END", "a trigger called t"),
        ] {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            try await Self.written(folder)
            try Self.run(change, on: folder.state)
            guard case .corrupt(_, let detail) = try Self.refusal(folder.state) else {
                throw ConformanceProblem("not damaged: \(change)")
            }
            #expect(detail.contains(words))
        }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await Self.written(folder)
        try Self.run("DROP TABLE epochs; ALTER TABLE revisions DROP COLUMN cluster", on: folder.state)
        let store = try SQLiteStateStore.open(path: folder.state, project: "demo")
        #expect(
            try await store.verify() == [
                "the table epochs is missing", "the table revisions has no column cluster",
            ]
        )
        await store.close()
    }

    private static func run(_ statements: String, on path: String) throws {
        let connection = try Connection(path: path)
        try connection.execute(statements)
        connection.close()
    }

    @Test(
        "a damaged file is refused and stays as it is",
        arguments: ["empty", "garbage", "truncated", "header", "page"]
    )
    func damage(_ kind: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await Self.written(folder)
        var bytes = try TemporaryFolder.read(folder.state)
        switch kind {
        case "empty": bytes = []
        case "garbage": bytes = Array("not a database, but long enough to be read as one".utf8)
        case "truncated": bytes.removeLast(bytes.count / 2)
        case "header": bytes.replaceSubrange(0..<16, with: repeatElement(0xFF, count: 16))
        default:
            bytes.replaceSubrange(4096..<(bytes.count - 4096), with: repeatElement(0xA5, count: bytes.count - 8192))
        }
        try TemporaryFolder.write(bytes, to: folder.state)
        let refused = try Self.refusal(folder.state)
        guard case .corrupt(folder.state, _) = refused else { throw ConformanceProblem("\(kind): \(refused)") }
        #expect(throws: refused) { try SQLiteStateStore.initialise(path: folder.state, project: "demo") }
        #expect(try TemporaryFolder.read(folder.state) == bytes)
    }

    @Test("only a regular file is a state")
    func notAFile() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        guard case .unsuitable = try Self.refusal(folder.path) else { throw ConformanceProblem("a directory") }
    }

    @Test("file systems that hosts share are told by the table of mounts")
    func mounts() {
        let table = MountTable(
            parsing: """
                22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
                30 22 0:40 / /home rw - nfs4 server:/home rw,vers=4.2
                31 30 0:41 / /home/ann/my\\040disk rw master:2 - xfs /dev/sdb rw
                32 22 0:42 / /mnt rw - ext4 /dev/sdc rw
                33 22 0:43 / /mnt rw - fuse.sshfs host: rw
                a line that nobody understands
                """
        )
        #expect(table.type(of: "/homes/x") == "ext4")
        #expect(table.type(of: "/home/ann") == "nfs4")
        #expect(table.type(of: "/home/ann/my disk/p") == "xfs")
        #expect(table.type(of: "/mnt") == "fuse.sshfs")
        #expect(["nfs4", "cifs", "9p", "gpfs", "lustre", "fuse.sshfs"].allSatisfy(MountTable.isShared))
        #expect(
            !["ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk", "virtiofs"].contains(where: MountTable.isShared)
        )
    }
}

struct ConformanceProblem: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
