import Glibc

/// The right to look after a project continuously, held by one process at a time.
///
/// A lock of the kernel on a file beside the state: it ends with the process, however that ends.
struct ReconcileClaim: Sendable {
    private let descriptor: Int32

    init(beside state: String) throws {
        let path = "\(state).reconcile"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            close(descriptor)
            throw CommandFailure(
                "another reconcile looks after this project already\(holder.map { " (pid \($0))" } ?? "")",
                help: "end that one first, or run a single round with --once",
                code: 4
            )
        }
        // For the message above only.
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.utf8.count, 0)
    }

    func release() { close(descriptor) }

    private static func holder(_ descriptor: Int32) -> Int? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: buffer[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
