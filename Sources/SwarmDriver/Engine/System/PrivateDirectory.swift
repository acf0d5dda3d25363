import Glibc

/// A directory that only its user may enter, for a socket that nobody else may use.
enum PrivateDirectory {
    /// Makes one below `XDG_RUNTIME_DIR`, else `/tmp`.
    static func make(environment: [String: String]) throws(EngineError) -> String {
        let bases = [environment["XDG_RUNTIME_DIR"], environment["TMPDIR"], "/tmp"].compactMap { $0 }
        // The path of a socket is short; a long base is passed over.
        for base in bases where base.hasPrefix("/") && base.utf8.count < 70 {
            var template = Array("\(base)/orchplan-ssh.XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { continue }
            return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        throw .settings(
            "cannot make a private directory below \(bases.joined(separator: ", ")): \(EngineFile.text(ofError: errno))",
            help: "set TMPDIR to a directory that can be written to"
        )
    }

    /// Listens on a socket of mode 0600.
    static func listen(at path: String) throws(EngineError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            if descriptor >= 0 { close(descriptor) }
            throw failure(path, descriptor < 0 ? errno : ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // The file is made with the mode of the socket.
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                fchmod(descriptor, 0o600) == 0
                    && bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard bound, Glibc.listen(descriptor, 64) == 0 else {
            let number = errno
            close(descriptor)
            throw failure(path, number)
        }
        return descriptor
    }

    /// Removes the directory and the socket in it.
    static func remove(_ directory: String) {
        unlink(directory + "/engine.sock")
        rmdir(directory)
    }

    private static func failure(_ path: String, _ number: Int32) -> EngineError {
        .settings("cannot listen at \(path): \(EngineFile.text(ofError: number))", help: nil)
    }
}
