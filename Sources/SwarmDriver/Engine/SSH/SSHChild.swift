import CSystemCalls
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The ssh to start for each connection.
struct SSHCommand: Sendable {
    var program: String
    var destination: SSHDestination
    var environment: [String: String]

    /// Starts it in a session of its own, so that neither ^C nor the terminal reach it: the connection ends it.
    func start() throws(EngineError) -> SSHChild {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Self.failure(errno) }
        defer { Glibc.close(ends[1]) }
        let words = orchplan_memfd_create("ssh-errors")
        guard words >= 0 else {
            Glibc.close(ends[0])
            throw Self.failure(errno)
        }
        var start = ChildStart(program: program, arguments: destination.arguments, environment: environment)
        start.descriptors = [ends[1], ends[1], words]
        start.newSession = true
        do throws(ChildStart.Failure) {
            return SSHChild(try start.run(), destination: destination, socket: ends[0], words: words)
        } catch {
            Glibc.close(ends[0])
            Glibc.close(words)
            throw Self.failure(error.number)
        }
    }

    private static func failure(_ number: Int32) -> EngineError {
        .settings("cannot start ssh: \(EngineFile.text(ofError: number))", help: nil)
    }
}

/// A running ssh.
final class SSHChild: Sendable {
    private let child: ChildProcess
    private let destination: SSHDestination
    private let socket: Mutex<Int32?>
    /// A file in memory that takes its standard error: whatever it says, nobody has to read along.
    private let words: Int32

    init(_ child: ChildProcess, destination: SSHDestination, socket: Int32, words: Int32) {
        self.child = child
        self.destination = destination
        self.socket = Mutex(socket)
        self.words = words
    }

    deinit {
        socket.withLock { if let number = $0 { Glibc.close(number) } }
        Glibc.close(words)
    }

    /// Our end of its input and output; the caller closes it.
    func takeSocket() -> Int32 {
        socket.withLock { number in
            defer { number = nil }
            return number ?? -1
        }
    }

    /// Waits until it has ended, and helps where it does not by itself, now that its connection has.
    ///
    /// - Returns: How it ended, in words.
    func end(on loop: any EventLoop) -> EventLoopFuture<String> {
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [self] in
            let end = child.end(grace: .seconds(2))
            let said = lastWords
            return "ssh to \(destination) \(end)" + (said.isEmpty ? "" : ": \(said)")
        }
    }

    /// The last lines of its standard error, those that tell why.
    private var lastWords: String {
        let size = lseek(words, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = pread(words, &bytes, bytes.count, max(0, size - off_t(bytes.count)))
        guard count > 0 else { return "" }
        return String(decoding: bytes[..<count], as: UTF8.self)
            .split(whereSeparator: \.isNewline).suffix(3).joined(separator: "; ")
    }
}
