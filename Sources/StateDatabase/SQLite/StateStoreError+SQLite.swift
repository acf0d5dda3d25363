import CSQLite
import StateStores

extension StateStoreError {
    /// The typed error for an SQLite result code.
    init(sqlite code: Int32, message: String, doing what: String, path: String) {
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT:
            self = .corrupt(path: path, detail: "\(message) while \(what)")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self = .busy(path: path)
        case SQLITE_FULL:
            self = .io(path: path, detail: "the disk is full; nothing was written (\(what)): make room and try again")
        case _ where code == SQLITE_IOERR | (19 << 8):
            // SQLITE_IOERR_SHMSIZE, which the overlay does not export: there is no room for the log's index.
            self = .io(path: path, detail: "the disk is full; nothing was written (\(what)): make room and try again")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            self = .io(path: path, detail: "\(message) while \(what): the file or its directory cannot be written")
        case SQLITE_CANTOPEN:
            self = .io(path: path, detail: "\(message): the file or its directory cannot be opened for writing")
        case SQLITE_IOERR:
            self = .io(path: path, detail: "\(message) (code \(code)) while \(what): check the disk, then start again")
        default:
            self = .io(path: path, detail: "\(message) (code \(code)) while \(what)")
        }
    }
}
