import Glibc
import StateStores

/// Opens and makes database files: identity, format, damage, migration.
struct DatabaseOpening {
    let file: StateFile
    let schema: Schema
    /// Up to this size every page is checked on opening; larger files are checked by `verify` only.
    static let cheapToCheck = 4 << 20

    /// Opens the database that is there, ready for use; only for reading where its disk takes nothing more.
    func open() throws(StateStoreError) -> Connection {
        // SQLite takes an empty file for a new database; ours are never empty.
        guard file.size > 0 else { throw .corrupt(path: file.path, detail: "the file is empty") }
        do throws(StateStoreError) {
            let connection = try Connection(path: file.path)
            let found = try check(connection)
            try configure(connection)
            if found < schema.version { try migrate(connection, from: found) }
            return connection
        } catch {
            guard error.isOfSurroundings, let copy = try Connection.copy(of: file.path, because: error) else {
                throw error
            }
            let found = try check(copy)
            try restrict(copy)
            if found < schema.version { try schema.migrate(copy, inMemory: true) }
            return copy
        }
    }

    /// Throws when this is no state of ours, a newer or a damaged one; returns its format.
    private func check(_ connection: Connection) throws(StateStoreError) -> Int {
        guard try Schema.applicationID(of: connection) == Schema.applicationID else {
            throw .unsuitable(path: file.path, detail: "the file is a database of another program")
        }
        let found = try Schema.version(of: connection)
        guard found <= schema.version else {
            throw .newerFormat(found: found, supported: schema.version, path: file.path)
        }
        guard found > 0 else { throw .corrupt(path: file.path, detail: "the format's version is missing") }
        if let foreign = try Schema.foreign(in: connection) { throw .corrupt(path: file.path, detail: foreign) }
        if file.size <= Self.cheapToCheck { try checkPages(connection) }
        return found
    }

    /// Makes a database with what `fill` puts into it; where another process was faster, its database stays.
    func make(_ fill: (Connection) throws(StateStoreError) -> Void) throws(StateStoreError) {
        let draft = file.draft("new")
        try draft.makeEmpty()
        defer { draft.remove() }
        let connection = try Connection(path: draft.path)
        // Nobody sees the draft before it is whole, so it is made durable once, at its end, and not at every step.
        try connection.execute("PRAGMA synchronous = OFF")
        try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
        try configure(connection, synchronous: "OFF")
        try schema.migrate(connection)
        try connection.write { () throws(StateStoreError) in try fill(connection) }
        // Only the one file gets the state's name.
        try connection.closeWhole()
        try draft.sync()
        guard link(draft.path, file.path) == 0 || errno == EEXIST else {
            throw file.io("cannot put the new state in its place")
        }
        try file.syncDirectory()
    }

    private func configure(_ connection: Connection, synchronous: String = "FULL") throws(StateStoreError) {
        let mode = try connection.prepare("PRAGMA journal_mode = WAL").first { $0.text(0) }
        guard mode == "wal" else {
            throw .unsuitable(path: file.path, detail: "the file system cannot hold a write-ahead log")
        }
        try connection.execute("PRAGMA synchronous = \(synchronous)")
        try restrict(connection)
    }

    private func restrict(_ connection: Connection) throws(StateStoreError) {
        try connection.execute("PRAGMA foreign_keys = ON")
        try connection.execute("PRAGMA trusted_schema = OFF")
        try connection.execute("PRAGMA cell_size_check = ON")
    }

    private func checkPages(_ connection: Connection) throws(StateStoreError) {
        let verdict = try connection.prepare("PRAGMA quick_check(1)").first { $0.text(0) } ?? "no answer"
        guard verdict == "ok" else { throw .corrupt(path: file.path, detail: verdict) }
    }

    /// Keeps a copy of the old format beside the state, then migrates in one transaction.
    private func migrate(_ connection: Connection, from version: Int) throws(StateStoreError) {
        try DatabaseCopy(of: connection).write(to: StateFile(path: "\(file.path).bak-v\(version)"))
        try schema.migrate(connection)
    }
}
