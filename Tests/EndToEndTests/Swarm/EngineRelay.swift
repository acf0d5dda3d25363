import Foundation
import Synchronization

/// Stands between a client and the engine, and stops answering after so many updates.
///
/// The update that is one too many still reaches the engine: who is killed while it waits has done more than it knows.
final class EngineRelay: Sendable {
    let path: String
    private let engine: String
    private let answering: Int
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var updates = 0
        var isHolding = false
    }

    init(to engine: String, answering: Int) throws {
        self.engine = engine
        self.answering = answering
        path = "/tmp/oer-\(getpid())-\(UUID().uuidString.prefix(8)).sock"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.address(path, { bind(listener, $0, $1) }) == 0, listen(listener, 16) == 0 else {
            throw TestFailure("no relay at \(path): \(String(cString: strerror(errno)))")
        }
        let thread = Thread { [self] in accept() }
        thread.start()
    }

    /// Whether an update was passed on whose answer is kept back.
    var isHolding: Bool { state.withLock { $0.isHolding } }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        _ = Glibc.close(listener)
        unlink(path)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.address(engine, { connect(server, $0, $1) }) == 0 else { continue }
            Thread { [self] in pump(client, server, isRequest: true) }.start()
            Thread { [self] in pump(server, client, isRequest: false) }.start()
        }
    }

    private func pump(_ from: Int32, _ to: Int32, isRequest: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { break }
            if isRequest, String(decoding: buffer[..<count], as: UTF8.self).contains("/update?version=") {
                state.withLock {
                    $0.updates += 1
                    if $0.updates > answering { $0.isHolding = true }
                }
            }
            if !isRequest, isHolding { continue }
            guard write(to, buffer, count) == count else { break }
        }
        shutdown(to, Int32(SHUT_WR))
    }

    private static func address(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
