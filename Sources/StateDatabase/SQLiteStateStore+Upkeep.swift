import ResourceModel
import StateStores

extension SQLiteStateStore {
    /// Closes the database; every later call throws.
    package func close() {
        connection.close()
    }

    /// Closes the database with all of it in its one file, or throws.
    func closeWhole() throws(StateStoreError) {
        try connection.closeWhole()
    }

    /// Keeps the project's key a second time beside the state, where what is lost with the state can be known by it.
    package func keepKey() throws(StateStoreError) {
        try KeptKey(besideStateAt: path).keep(try ProjectTable.state(connection).key)
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
        problems += try Schema.current.missing(in: connection)
        guard problems.isEmpty else { return problems }
        return try rows()
    }

    /// Reads every row as what it stands for, and compares each kept text with its digest.
    private func rows() throws(StateStoreError) -> [String] {
        var problems: [String] = []
        do throws(StateStoreError) {
            _ = try ResourceTable.all(connection)
            _ = try OperationTable.newest(connection, limit: .max)
            _ = try RevisionTable.newest(connection, limit: .max)
            _ = try AttemptTable.all(connection)
            _ = try LockTable.state(connection)
        } catch {
            guard case .corrupt(_, let detail) = error else { throw error }
            problems.append(detail)
        }
        let fingerprinter = Fingerprinter(key: try ProjectTable.state(connection).key)
        try connection.prepare("SELECT digest, text FROM texts")
            .rows { row throws(StateStoreError) in
                if fingerprinter.digest(Array(row.text(1).utf8)).text != row.text(0) {
                    problems.append("a text of the history is not what its digest says")
                }
            }
        for resource in (try? ResourceTable.all(connection)) ?? [] {
            if (try? resource.resource.value()) == nil {
                problems.append("the record of \(resource.address) cannot be read")
            }
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
