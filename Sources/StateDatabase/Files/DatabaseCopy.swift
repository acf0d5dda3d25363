import CSQLite
import Glibc
import StateStores

/// Copies a live database, consistently, into a file.
struct DatabaseCopy {
    private let source: Connection

    init(of source: Connection) {
        self.source = source
    }

    /// Writes the copy under another name first, so that `file` is whole or as it was; an older copy is replaced.
    func write(to file: StateFile) throws(StateStoreError) {
        let draft = file.draft("new")
        try draft.makeEmpty()
        do throws(StateStoreError) {
            let target = try Connection(path: draft.path)
            try copy(into: target)
            target.close()
            guard rename(draft.path, file.path) == 0 else { throw file.io("cannot put the copy in its place") }
        } catch {
            draft.remove()
            throw error
        }
        draft.remove()
        try file.syncDirectory()
    }

    /// Puts the copy into a database that others may have open, in one transaction.
    func overwrite(_ target: Connection) throws(StateStoreError) {
        target.resetStatements()
        try copy(into: target)
    }

    private func copy(into target: Connection) throws(StateStoreError) {
        try source.withHandle { from throws(StateStoreError) in
            try target.withHandle { to throws(StateStoreError) in
                guard let backup = sqlite3_backup_init(to, "main", from, "main") else {
                    throw target.failure(sqlite3_extended_errcode(to), doing: "copying the state")
                }
                let step = sqlite3_backup_step(backup, -1)
                let finish = sqlite3_backup_finish(backup)
                guard step == SQLITE_DONE, finish == SQLITE_OK else {
                    throw target.failure(finish == SQLITE_OK ? step : finish, doing: "copying the state")
                }
            }
        }
    }
}
