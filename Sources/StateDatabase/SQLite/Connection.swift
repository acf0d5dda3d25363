import CSQLite
import StateStores

/// One connection to an SQLite database.
///
/// Not sendable: it belongs to the actor or the function that opened it, which is why SQLite's own mutexes are off.
/// Every failure is thrown as a `StateStoreError` that names the file.
final class Connection {
    /// How long a statement waits for the write lock of another process; writes hold it for milliseconds.
    static let busyMilliseconds: Int32 = 5000

    let path: String
    private var handle: OpaquePointer?
    private var cache: [String: Statement] = [:]
    /// The failure after which the file can be trusted no more until it is opened anew.
    private var broken: StateStoreError?

    /// The file that this is a copy of, as it was, and why nothing can be written to it; nil: this is the file itself.
    var source: (version: FileVersion, reason: StateStoreError)?

    /// Opens a database that exists; never makes one.
    ///
    /// - Parameter name: The path that errors name, where it is another.
    init(path: String, named name: String? = nil) throws(StateStoreError) {
        self.path = name ?? path
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, handle != nil else {
            let failure = failure(code, doing: "opening the state")
            close()
            throw failure
        }
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    }

    deinit {
        close()
    }

    /// Closes the database; what comes after throws.
    ///
    /// The last connection writes the log back into the file.
    func close() {
        cache.removeAll()
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// Writes all of the log back and closes: the one file is all of the database when this returns.
    ///
    /// Closing alone says nothing of a log that could not be written back.
    func closeWhole() throws(StateStoreError) {
        let isBusy = try prepare("PRAGMA wal_checkpoint(TRUNCATE)").first { $0.integer(0) } != 0
        close()
        guard !isBusy, FileVersion(path: path)?.hasLog == false else {
            throw .io(path: path, detail: "its log could not be written back into it")
        }
    }

    /// Runs statements that return nothing.
    func execute(_ sql: String) throws(StateStoreError) {
        guard let handle else { throw closed }
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, doing: "running \(Self.verb(sql))") }
    }

    /// A prepared statement, made once per text and reused; it comes reset and without bindings.
    func prepare(_ sql: String) throws(StateStoreError) -> Statement {
        guard let handle else { throw closed }
        try checkSource()
        if let statement = cache[sql] {
            statement.reset()
            return statement
        }
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw failure(code, doing: "preparing \(Self.verb(sql))") }
        let statement = Statement(pointer, connection: self, verb: Self.verb(sql))
        cache[sql] = statement
        return statement
    }

    /// How many rows the last statement changed.
    var changedRows: Int { handle.map { Int(sqlite3_changes64($0)) } ?? 0 }

    /// Lends the handle, for the backup interface.
    func withHandle<Result>(
        _ body: (OpaquePointer) throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        guard let handle else { throw closed }
        return try body(handle)
    }

    // MARK: - Transactions

    /// Runs `body` in one write transaction: all of it is durable when this returns, none of it when it throws.
    func write<Result>(_ body: () throws(StateStoreError) -> Result) throws(StateStoreError) -> Result {
        if let broken = broken ?? source?.reason { throw broken }
        return try transaction("BEGIN IMMEDIATE", body)
    }

    /// Runs `body` on one consistent snapshot.
    func read<Result>(_ body: () throws(StateStoreError) -> Result) throws(StateStoreError) -> Result {
        try transaction("BEGIN", body)
    }

    private func transaction<Result>(
        _ begin: String,
        _ body: () throws(StateStoreError) -> Result
    ) throws(StateStoreError) -> Result {
        try execute(begin)
        do throws(StateStoreError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            resetStatements()
            // SQLite rolls some failures back by itself; a second rollback is refused and changes nothing.
            if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Whether a transaction is open; some failures end it by themselves.
    var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// Whether the disk failed under a write, so that no other is tried.
    var isBroken: Bool { broken != nil }

    func resetStatements() {
        for statement in cache.values { statement.reset() }
    }

    /// Writes the log back into the file, as far as no reader of another process needs it.
    func checkpoint() throws(StateStoreError) {
        try prepare("PRAGMA wal_checkpoint(TRUNCATE)").run()
    }

    /// Throws when this is a copy of something that is not so any more.
    private func checkSource() throws(StateStoreError) {
        guard let source, FileVersion(path: path) != source.version else { return }
        throw .io(path: path, detail: "it changed after it was read, while it could not be opened in place: try again")
    }

    // MARK: - Failures

    /// The error for a result code, with what SQLite says about it.
    func failure(_ code: Int32, doing what: String) -> StateStoreError {
        let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        let cause = handle.map { sqlite3_system_errno($0) } ?? 0
        let error = StateStoreError(sqlite: code, cause: cause, message: message, doing: what, path: path)
        // A failed fsync may have dropped pages that the next one would report as written: no write is tried again.
        if code & 0xFF == SQLITE_IOERR { broken = error }
        return error
    }

    private var closed: StateStoreError { .io(path: path, detail: "the state is closed") }

    /// The first word of a statement, for messages: never its values.
    private static func verb(_ sql: String) -> String {
        String(sql.prefix { $0 != " " && $0 != "\n" })
    }
}
