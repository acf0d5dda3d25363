import Glibc
import ResourceModel

/// What an agent that cannot start says to whoever started it.
///
/// They share a file in memory: the agent's log may lie on the very disk that is full.
struct FailureNote: Sendable {
    /// What the agent has the file as.
    static let number: Int32 = 3
    private static let name = "orchplan-failure"
    private static let longest = 16_384

    let file: Descriptor

    /// An empty file for an agent that is to be started.
    init() throws(SystemError) {
        file = try Descriptor.memory(Self.name, [])
    }

    private init(_ file: Descriptor) {
        self.file = file
    }

    /// The file that this program was started with; nil when nobody waits for a note.
    static func inherited() -> FailureNote? {
        var target = [CChar](repeating: 0, count: 64)
        // By its name, so that nothing that happens to have the number is ever written into.
        let length = readlink("/proc/self/fd/\(number)", &target, target.count)
        let wanted = "/memfd:\(name)".utf8
        guard length >= wanted.count, zip(target, wanted).allSatisfy({ UInt8(bitPattern: $0) == $1 }),
            fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else { return nil }
        return FailureNote(Descriptor(owning: number))
    }

    func write(_ error: AgentError) {
        let bytes = WireError(error).canonicalBytes()
        guard bytes.count <= Self.longest else { return }
        _ = bytes.withUnsafeBytes { pwrite(file.number, $0.baseAddress, $0.count, 0) }
    }

    /// Nil when nothing was said, or not to its end.
    func read() -> AgentError? {
        var bytes = [UInt8](repeating: 0, count: Self.longest)
        let count = bytes.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
        guard count > 0, let value = try? CanonicalReader.parse(Array(bytes[..<count])) else { return nil }
        return (try? WireError(canonical: value))?.error
    }
}
