import StateStores

extension SQLiteStateStore {
    /// Closes the database; every later call throws.
    package func close() {
        connection.close()
    }

    /// Reads every page and every row and returns what is wrong, one line each; empty: the state is whole.
    package func verify() throws(StateStoreError) -> [String] {
        var problems: [String] = []
        try connection.prepare("PRAGMA integrity_check")
            .rows { row throws(StateStoreError) in
                if row.text(0) != "ok" { problems.append(row.text(0)) }
            }
        try connection.prepare("PRAGMA foreign_key_check")
            .rows { row throws(StateStoreError) in
                problems.append("a row of \(row.text(0)) names a row of \(row.text(2)) that is not there")
            }
        return problems
    }

    /// Writes a copy of the state as of now, 0600, to a path where nothing is yet.
    package func backup(to path: String) throws(StateStoreError) {
        let file = StateFile(path: path)
        guard !file.exists else { throw .io(path: path, detail: "the file exists; a backup never replaces one") }
        try DatabaseCopy(of: connection).write(to: file)
    }
}
