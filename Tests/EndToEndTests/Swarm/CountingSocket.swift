import Foundation
import Glibc
import Synchronization

/// A unix socket in front of an engine's that passes everything on and remembers what was asked.
final class CountingSocket: Sendable {
    let path: String
    private let engine: String
    private let listener: Int32
    private let asked = Mutex<[String]>([])

    init(before engine: String) throws {
        path = "/tmp/oec-\(UUID().uuidString.prefix(8)).sock"
        self.engine = engine
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw TestFailure("no socket at \(path)")
        }
        Thread.detachNewThread { [self] in accept() }
    }

    func close() {
        // A descriptor that is only closed would leave the thread in its accept.
        shutdown(listener, Int32(SHUT_RDWR))
        unlink(path)
    }

    /// What was asked since the last time: methods and paths without the API's version and the query.
    func take() -> [String] {
        asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
    }

    /// What of it changes something.
    func takeWrites() -> [String] { take().filter { !$0.hasPrefix("GET ") && !$0.hasPrefix("HEAD ") } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.withAddress(engine, { connect(server, $0, $1) }) == 0 else {
                Glibc.close(client)
                Glibc.close(server)
                continue
            }
            let open = Mutex(2)
            let isLast: @Sendable () -> Bool = {
                open.withLock { left in
                    left -= 1
                    return left == 0
                }
            }
            for (from, to, isAsking) in [(client, server, true), (server, client, false)] {
                Thread.detachNewThread { [self] in
                    relay(from, to, isAsking)
                    shutdown(from, Int32(SHUT_RDWR))
                    shutdown(to, Int32(SHUT_RDWR))
                    guard isLast() else { return }
                    Glibc.close(client)
                    Glibc.close(server)
                }
            }
        }
        Glibc.close(listener)
    }

    private func relay(_ from: Int32, _ to: Int32, _ isAsking: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var line: [UInt8] = []
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { return }
            if isAsking {
                for byte in buffer[..<count] {
                    if byte == UInt8(ascii: "\n") {
                        note(line)
                        line = []
                    } else {
                        line.append(byte)
                    }
                }
            }
            var sent = 0
            while sent < count {
                let part = buffer[sent..<count]
                    .withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard part > 0 else { return }
                sent += part
            }
        }
    }

    /// Remembers a line that begins a request, which follows the body of the one before without a break.
    private func note(_ line: [UInt8]) {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count >= 3, words.last?.hasPrefix("HTTP/1.") == true else { return }
        let methods = ["GET", "HEAD", "POST", "PUT", "DELETE"]
        guard let method = methods.first(where: { words[words.count - 3].hasSuffix($0) }) else { return }
        let path = words[words.count - 2].prefix { $0 != "?" }
        let parts = path.split(separator: "/").drop { $0.hasPrefix("v1.") }
        asked.withLock { $0.append("\(method) /\(parts.joined(separator: "/"))") }
    }

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
