import Foundation
import Glibc
import OrchplanTestSupport
import StateStores
import Testing

@testable import StateDatabase

/// What the loss of power leaves is SQLite's promise, and it gives it for these settings.
///
/// "If the operating system crashes or the power goes, a transaction that was committed with synchronous=FULL in WAL mode
/// is durable": https://www.sqlite.org/pragma.html#pragma_synchronous and https://www.sqlite.org/wal.html.
@Suite("What is acknowledged is on the disk")
struct DurabilityTests {
    @Test("a state is open with a log that is forced to the disk at every commit, whoever opened it before and how")
    func settings() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        _ = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        for round in 0..<2 {
            let connection = try DatabaseOpening(file: StateFile(path: folder.state), schema: .current).open()
            defer { connection.close() }
            func value(_ pragma: String) throws -> String? {
                try connection.prepare("PRAGMA \(pragma)").first { $0.text(0) }
            }
            #expect(try value("journal_mode") == "wal")
            // 2: FULL. With less, a commit in a log is durable some time later.
            #expect(try value("synchronous") == "2")
            #expect(try value("foreign_keys") == "1")
            #expect(try value("trusted_schema") == "0")
            #expect(try value("cell_size_check") == "1")
            #expect(try value("locking_mode") == "normal")
            guard round == 0 else { continue }
            // Another program may leave the file in another mode: the next opening brings it back.
            try connection.execute("PRAGMA journal_mode = DELETE")
        }
    }

    @Test("a file whose log cannot be written back is not taken for all of a state")
    func unfinishedLog() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        _ = try SQLiteStateStore.initialise(path: folder.state, project: "demo")
        let writer = try Connection(path: folder.state)
        let reader = try Connection(path: folder.state)
        try reader.execute("BEGIN")
        _ = try Schema.version(of: reader)
        _ = try reader.prepare("SELECT count(*) FROM sqlite_master").first { $0.integer(0) }
        try writer.write { () throws(StateStoreError) in try writer.execute("CREATE TABLE more (x)") }
        sqliteIsNotWaitedFor(writer)
        #expect(throws: StateStoreError.self) { try writer.closeWhole() }
        reader.close()
        let again = try Connection(path: folder.state)
        try again.closeWhole()
        #expect(FileVersion(path: folder.state)?.hasLog == false)
    }

    private func sqliteIsNotWaitedFor(_ connection: Connection) {
        try? connection.execute("PRAGMA busy_timeout = 0")
    }

    @Test("a link in the place of the folder, or of an environment's, is refused and leads nowhere")
    func links() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let outside = "\(folder.path)/outside"
        #expect(mkdir(outside, 0o755) == 0)
        for place in ["\(folder.path)/.orchplan", "\(folder.path)/p/.orchplan/environments/prod"] {
            let above = URL(fileURLWithPath: place).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
            #expect(symlink(outside, place) == 0)
            do {
                _ = try SQLiteStateStore.initialise(path: "\(place)/state.db", project: "demo")
                Issue.record("the state was made behind a link")
            } catch {
                #expect("\(error)".contains("symbolic link"))
            }
        }
        #expect(try folder.names(in: outside).isEmpty)
        #expect(try TemporaryFolder.mode(outside) == 0o755)
    }
}
