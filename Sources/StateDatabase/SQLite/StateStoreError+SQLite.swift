import CSQLite
import Glibc
import StateStores

extension StateStoreError {
    /// The typed error for an SQLite result code.
    ///
    /// - Parameter cause: The error number of the system call that failed; 0: there was none, or it is not known.
    init(sqlite code: Int32, cause: Int32 = 0, message: String, doing what: String, path: String) {
        switch code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT:
            self = .corrupt(path: path, detail: "\(message) while \(what)")
        // All statements are our own, and all values that they write: only other tables than ours refuse them.
        case SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH:
            self = .corrupt(path: path, detail: "\(message) while \(what)")
        // What SQLite says when it found the log's locks taken again and again for ten seconds: of who holds them and sleeps.
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
            self = .busy(path: path)
        case SQLITE_CANTOPEN where Self.limit(cause) != nil, SQLITE_IOERR where Self.limit(cause) != nil:
            self = .limited(path: path, detail: Self.limit(cause) ?? "")
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

    /// Whether the file could not be opened or written for what is around it.
    var isOfSurroundings: Bool {
        switch self {
        case .io, .limited: true
        default: false
        }
    }

    /// Which limit an error number tells of, and how it is raised; nil: none.
    private static func limit(_ cause: Int32) -> String? {
        switch cause {
        case EFBIG: "this process may write no larger files: raise the limit, as with ulimit -f unlimited"
        case EMFILE: "this process may open no more files: raise the limit, as with ulimit -n 1024"
        case ENFILE: "the machine has no room for more open files: end what holds them, or raise fs.file-max"
        default: nil
        }
    }
}
