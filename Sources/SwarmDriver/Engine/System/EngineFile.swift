import Glibc

/// The small files that say where an engine is and who asks.
enum EngineFile {
    private static let largest = 16 << 20

    /// The whole file; nil when it is not there.
    static func read(_ path: String) throws(EngineError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let number = errno
            if number == ENOENT || number == ENOTDIR { return nil }
            throw failure(path, number)
        }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while content.count <= largest {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return content }
            if count > 0 {
                content.append(contentsOf: buffer[..<count])
            } else if errno != EINTR {
                throw failure(path, errno)
            }
        }
        throw .settings("\(path) is longer than 16 MiB", help: nil)
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The program of this name along `PATH`, as an absolute path.
    static func program(_ name: String, environment: [String: String]) -> String? {
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = "\(folder)/\(name)"
            var info = stat()
            if access(candidate, X_OK) == 0, stat(candidate, &info) == 0, info.st_mode & S_IFMT == S_IFREG {
                return candidate
            }
        }
        return nil
    }

    static func text(ofError number: Int32) -> String {
        String(cString: strerror(number)).lowercased()
    }

    private static func failure(_ path: String, _ number: Int32) -> EngineError {
        .settings("cannot read \(path): \(text(ofError: number))", help: "make it readable for the user who runs this")
    }
}
