import Glibc
import Testing

@testable import LocalAgent

@Suite("Probes against servers that misbehave")
struct ProbeTests {
    /// A server that gives each connection to a function on a thread of its own, until it goes.
    private final class Server: Sendable {
        let port: Int
        private let socket: Descriptor

        init(_ serve: @escaping @Sendable (Int32) -> Void) throws {
            let claimed = try #require(HostAddress.claim("127.0.0.1", 0, .tcp))
            guard Glibc.listen(claimed.number, 16) == 0 else { throw SystemError(errno, "listen") }
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) {
                _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(claimed.number, $0, &size) }
            }
            socket = claimed
            port = Int(in_port_t(bigEndian: address.sin_port))
            let copy = dup(claimed.number)
            Thread.start {
                while true {
                    let connection = accept(copy, nil, nil)
                    guard connection >= 0 else { break }
                    serve(connection)
                    close(connection)
                }
                close(copy)
            }
        }

        deinit { shutdown(socket.number, Int32(SHUT_RDWR)) }
    }

    private enum Thread {
        static func start(_ body: @escaping @Sendable () -> Void) {
            let box = Unmanaged.passRetained(Body(body)).toOpaque()
            var thread = pthread_t()
            pthread_create(
                &thread,
                nil,
                { context in
                    if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().body() }
                    return nil
                },
                box
            )
            pthread_detach(thread)
        }

        final class Body: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
    }

    private static func send(_ text: String, _ connection: Int32) -> Bool {
        Glibc.send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count
    }

    private func probe(
        _ server: Server,
        status: Int? = nil,
        timeout: Duration = .seconds(20)
    ) async throws -> (ProbeResult, Duration) {
        let watcher = try #require(DescriptorWatcher.shared)
        let target = Probe.Target.http(address: "127.0.0.1", port: server.port, path: "/ok", status: status)
        let start = ContinuousClock.now
        let result = await Probe(target: target, timeout: timeout).run(watcher)
        return (result, .now - start)
    }

    @Test("one that accepts and says nothing, or a byte now and then, costs the timeout and no more")
    func slow() async throws {
        let silent = try Server { _ in sleep(30) }
        let drip = try Server { connection in
            while Self.send("H", connection) { usleep(900_000) }
        }
        for server in [silent, drip] {
            let (result, time) = try await probe(server, timeout: .milliseconds(400))
            #expect(!result.isSuccess && result.message.hasSuffix("connection timed out"), "\(result.message)")
            #expect(time >= .milliseconds(390) && time < .seconds(10), "\(time)")
        }
    }

    @Test("an endless answer is judged by its first line, a redirect by its own status")
    func answers() async throws {
        let endless = try Server { connection in
            guard Self.send("HTTP/1.1 200 OK\r\n\r\n", connection) else { return }
            let chunk = String(repeating: "x", count: 65_536)
            while Self.send(chunk, connection) {}
        }
        #expect(try await probe(endless).0 == ProbeResult(isSuccess: true, message: "GET /ok answered 200"))
        let elsewhere = try Server {
            _ = Self.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", $0)
        }
        #expect(try await probe(elsewhere).0 == ProbeResult(isSuccess: true, message: "GET /ok answered 302"))
        #expect(try await !probe(elsewhere, status: 200).0.isSuccess)
    }

    @Test("what is no HTTP, or nothing, is no success")
    func noise() async throws {
        for words in ["", "SSH-2.0-OpenSSH_9.2\r\n", String(repeating: "x", count: 100)] {
            let server = try Server { _ = Self.send(words, $0) }
            let (result, time) = try await probe(server)
            #expect(!result.isSuccess && time < .seconds(19), "\(words): \(result.message)")
        }
    }
}
