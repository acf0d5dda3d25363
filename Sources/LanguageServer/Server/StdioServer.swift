// Queues are thread-safe and never said so in their type.
@preconcurrency import Dispatch
import Glibc

/// The thin edge: bytes of standard input become events, effects become bytes, waits and checks.
package struct StdioServer: Sendable {
    private let checker: Checker
    private let version: String

    package init(_ surroundings: Surroundings) {
        checker = Checker(surroundings)
        version = surroundings.version
    }

    /// Serves one client until it says goodbye or goes away; returns the exit code.
    package func run(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO) async -> Int32 {
        let (events, feed) = AsyncStream<ServerEvent>.makeStream()
        // Reading blocks a thread of its own.
        DispatchQueue(label: "orchplan.lsp.input").async { Self.read(input, feed) }
        var server = LanguageServer(version: version)
        for await event in events {
            for effect in server.handle(event) {
                switch effect {
                case .send(let message): guard Self.write(message, to: output) else { return 1 }
                case .wake(let number, let pause):
                    Task {
                        try? await Task.sleep(for: pause)
                        feed.yield(.woke(number))
                    }
                case .check(let job): Task { [checker] in feed.yield(.checked(await checker.check(job))) }
                case .end(let code): return code
                }
            }
        }
        return 1
    }

    private static func read(_ descriptor: Int32, _ feed: AsyncStream<ServerEvent>.Continuation) {
        var reader = FrameReader()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            reader.append(chunk[..<count])
            var frames: [FrameReader.Frame] = []
            while let frame = reader.next() { frames.append(frame) }
            if !frames.isEmpty { feed.yield(.frames(frames)) }
        }
        feed.yield(.inputEnded)
    }

    /// False when the client does not read any more.
    private static func write(_ message: [UInt8], to descriptor: Int32) -> Bool {
        let bytes = Array("Content-Length: \(message.count)\r\n\r\n".utf8) + message
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }
}
