import StateStores

/// One step of the database's format.
struct Migration: Sendable {
    /// The version that the database has afterwards.
    var version: Int
    var apply: @Sendable (Connection) throws(StateStoreError) -> Void
}

/// The format that this version of orchplan reads and writes.
struct Schema: Sendable {
    /// What SQLite's header says of our files: `Orch` in ASCII.
    static let applicationID = 0x4F72_6368

    /// In the order of their versions, without gaps, from 1.
    var migrations: [Migration]

    var version: Int { migrations.last?.version ?? 0 }

    /// Every format there ever was, the oldest first.
    ///
    /// Released entries never change.
    static let current = Schema(migrations: [
        Migration(version: 1) { connection throws(StateStoreError) in try connection.execute(Schema.version1) },
        Migration(version: 2) { connection throws(StateStoreError) in try connection.execute(Schema.version2) },
        Migration(version: 3) { connection throws(StateStoreError) in try connection.execute(Schema.version3) },
        Migration(version: 4) { connection throws(StateStoreError) in try connection.execute(Schema.version4) },
        Migration(version: 5) { connection throws(StateStoreError) in try connection.execute(Schema.version5) },
    ])

    /// Brings a database from the version it has to the newest, all steps in one transaction.
    ///
    /// - Parameter inMemory: The database is a copy which nothing else may be written to.
    func migrate(_ connection: Connection, inMemory: Bool = false) throws(StateStoreError) {
        let steps = { () throws(StateStoreError) in
            // Asked again inside the transaction: another process may have migrated while this one waited.
            let from = try Self.version(of: connection)
            for migration in migrations where migration.version > from {
                try migration.apply(connection)
                try connection.execute("PRAGMA user_version = \(migration.version)")
            }
        }
        if inMemory { try connection.read(steps) } else { try connection.write(steps) }
    }

    /// What is in a database that no format of ours has; nil: nothing.
    ///
    /// A view that stands for a table may never end, and a trigger writes what nobody asked for.
    static func foreign(in connection: Connection) throws(StateStoreError) -> String? {
        try connection.prepare("SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') LIMIT 1")
            .first { "it has a \($0.text(0)) called \($0.text(1)), which orchplan never makes" }
    }

    /// The tables and columns of this format that a database has not, one line each.
    func missing(in connection: Connection) throws(StateStoreError) -> [String] {
        let whole = try Connection(path: ":memory:", named: connection.path)
        try migrate(whole, inMemory: true)
        let found = try Self.columns(of: connection)
        return try Self.columns(of: whole)
            .flatMap { table, columns in
                guard let there = found[table] else { return ["the table \(table) is missing"] }
                return columns.subtracting(there).map { "the table \(table) has no column \($0)" }
            }
            .sorted()
    }

    private static func columns(of connection: Connection) throws(StateStoreError) -> [String: Set<String>] {
        var tables: [String: Set<String>] = [:]
        try connection.prepare(
            """
            SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
                WHERE tables.type = 'table'
            """
        )
        .rows { row throws(StateStoreError) in tables[row.text(0), default: []].insert(row.text(1)) }
        return tables
    }

    static func version(of connection: Connection) throws(StateStoreError) -> Int {
        try connection.prepare("PRAGMA user_version").first { $0.integer(0) } ?? 0
    }

    static func applicationID(of connection: Connection) throws(StateStoreError) -> Int {
        try connection.prepare("PRAGMA application_id").first { $0.integer(0) } ?? 0
    }
}
