import CSQLite
import Glibc
import StateStores

/// How a database file was when it was looked at.
struct FileVersion: Equatable {
    private let inode: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int
    /// Whether what was committed may lie beside the file, in its log.
    let hasLog: Bool

    /// Nil: there is no such file.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        hasLog = stat(path + "-wal", &status) == 0 && status.st_size > 0
    }
}

extension Connection {
    /// Reads a database into memory, where SQLite cannot open it in place: that needs room for a companion file.
    ///
    /// Only a file without a log is all of the state, and only one that did not change meanwhile is a state that ever
    /// was: otherwise nil. Every later use looks at the file again and throws when it changed.
    ///
    /// - Parameter reason: Why it cannot be opened; every write throws it.
    static func copy(of path: String, because reason: StateStoreError) throws(StateStoreError) -> Connection? {
        guard let version = FileVersion(path: path), !version.hasLog, var bytes = contents(of: path),
            FileVersion(path: path) == version, bytes.count >= 100
        else { return nil }
        // The format's two version bytes: 2 demands a log, which memory does not have; 1 is the same file without one.
        bytes[18] = 1
        bytes[19] = 1
        let connection = try Connection(path: ":memory:", named: path)
        try connection.withHandle { handle throws(StateStoreError) in
            let memory = sqlite3_malloc64(UInt64(bytes.count))
            guard let memory else { throw connection.failure(SQLITE_NOMEM, doing: "reading the state") }
            bytes.withUnsafeBytes { source in
                if let base = source.baseAddress { memcpy(memory, base, source.count) }
            }
            let code = sqlite3_deserialize(
                handle,
                "main",
                memory.assumingMemoryBound(to: UInt8.self),
                Int64(bytes.count),
                Int64(bytes.count),
                UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
            )
            guard code == SQLITE_OK else { throw connection.failure(code, doing: "reading the state") }
        }
        connection.source = (version, reason)
        return connection
    }

    /// All bytes of a file that is no link; nil: it cannot be read.
    static func contents(of path: String) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
