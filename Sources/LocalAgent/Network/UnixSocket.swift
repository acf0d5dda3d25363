import Glibc

/// Unix sockets by path, also by paths longer than the 107 bytes that a socket address holds.
///
/// A longer path is reached through its folder: the folder is opened and the socket is named as
/// `/proc/self/fd/N/name`. Nothing else is created, every program sees the socket under its real path, and the limit is
/// left to the last component alone.
enum UnixSocket {
    /// The longest path that fits into a socket address, without its end byte.
    static let maximumPathLength = 107

    /// What the system said, as its error number.
    struct Failure: Error {
        let number: CInt
        /// Who is at the other end, where that is what failed.
        var user: Int?
    }

    /// A socket that listens, and the file that it made.
    struct Listener {
        let descriptor: CInt
        let file: FileIdentity
    }

    /// Which file a path meant at some moment.
    struct FileIdentity: Sendable, Equatable {
        let device: UInt
        let inode: UInt

        /// Nil when there is no file.
        init?(path: String) {
            var info = stat()
            guard lstat(path, &info) == 0 else { return nil }
            device = UInt(info.st_dev)
            inode = UInt(info.st_ino)
        }
    }

    /// Binds and listens; the file is mode 0600 from its first moment.
    static func listen(at path: String) throws(Failure) -> Listener {
        let descriptor = try make()
        do throws(Failure) {
            // The mode of the socket is the mode that its file is made with. Changing the umask instead would change
            // it for every other thread too.
            try check(fchmod(descriptor, 0o600))
            try withAddress(path) { address, size throws(Failure) in try check(bind(descriptor, address, size)) }
            try check(Glibc.listen(descriptor, AgentServer.backlog))
            guard let file = FileIdentity(path: path) else { throw Failure(number: ENOENT) }
            return Listener(descriptor: descriptor, file: file)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Connects; never waits: a server with too many waiting connections is the failure `EAGAIN`.
    static func connect(to path: String) throws(Failure) -> CInt {
        let descriptor = try make()
        do throws(Failure) {
            try withAddress(path) { address, size throws(Failure) in
                try check(Glibc.connect(descriptor, address, size))
            }
            return descriptor
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Whether nobody listens on the socket that is at the path.
    static func isRefused(_ path: String) -> Bool {
        do throws(Failure) {
            Glibc.close(try connect(to: path))
            return false
        } catch {
            return error.number == ECONNREFUSED
        }
    }

    /// Who is at the other end of a connection.
    struct Peer: Sendable, Hashable {
        /// The process that connected, or the one that listens; 0 when it is out of this one's sight.
        let process: Int
        let user: uid_t
    }

    /// The other end of a connection, as the kernel knows it; nil when it cannot tell.
    static func peer(of descriptor: CInt) -> Peer? {
        // `struct ucred`, which Swift's C library overlay does not export: process, user, group.
        var credentials: [UInt32] = [0, 0, 0]
        var size = socklen_t(12)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0, size == 12 else { return nil }
        return Peer(process: Int(credentials[0]), user: credentials[1])
    }

    /// Whether an agent of that user may be told secrets by this process, which found it at `path`.
    ///
    /// Root goes by whose folder it is: in a user's project it asks the user's agent.
    static func isTrusted(_ peer: Peer, at path: String) -> Bool {
        if peer.user == geteuid() || peer.user == 0 { return true }
        var folder = stat()
        return geteuid() == 0 && stat(split(path).folder, &folder) == 0 && folder.st_uid == peer.user
    }

    /// Whether the path is a socket; false also when nothing is there.
    static func isSocket(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFSOCK
    }

    /// The folder and the last component of a path.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
    }

    // MARK: - Details

    private static func make() throws(Failure) -> CInt {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        try check(descriptor)
        return descriptor
    }

    private static func check(_ result: CInt) throws(Failure) {
        if result < 0 { throw Failure(number: errno) }
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Failure) -> Void
    ) throws(Failure) {
        guard path.utf8.count > maximumPathLength else { return try withShortAddress(path, body) }
        let (folder, name) = split(path)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(descriptor)
        defer { Glibc.close(descriptor) }
        try withShortAddress("/proc/self/fd/\(descriptor)/\(name)", body)
    }

    private static func withShortAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Failure) -> Void
    ) throws(Failure) {
        let bytes = Array(path.utf8)
        guard bytes.count <= maximumPathLength else { throw Failure(number: ENAMETOOLONG) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                Result { () throws(Failure) in try body(raw, socklen_t(MemoryLayout<sockaddr_un>.size)) }
            }
        }
        try result.get()
    }
}
