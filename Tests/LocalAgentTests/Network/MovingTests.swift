import NIOCore
import Testing

@testable import LocalAgent

/// Connections that stay open while their backend drains.
@Suite(.serialized) struct MovingTests {
    private func withServers(
        restTime: Duration = .seconds(60),
        _ body: (LoadBalancer, [NamingServer]) async throws -> Void
    ) async throws {
        let servers = [try await NamingServer("a"), try await NamingServer("b")]
        let balancer = try await LoadBalancer(listenAddress: "127.0.0.1", port: 0, transport: .tcp, restTime: restTime)
        balancer.setBackends(servers.map(\.backend))
        do { try await body(balancer, servers) } catch { Issue.record(error) }
        await balancer.close()
        for server in servers { await server.close() }
    }

    /// Waits until the balancer gives no new connection to a server: its drain has begun.
    private static func leaving(_ server: NamingServer, _ balancer: LoadBalancer) async throws {
        while balancer.state.accepts(server.backend) { try await Task.sleep(for: .milliseconds(1)) }
    }

    /// Asks on an open connection and returns the name in the answer.
    private static func ask(_ session: inout TestClient.Session, _ path: String = "/") async throws -> String? {
        try await session.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        while let line = try await session.line() {
            if !line.hasPrefix("HTTP/"), !line.hasPrefix("content-length"), line != "\r" { return line }
        }
        return nil
    }

    @Test(.timeLimit(.minutes(1))) func theNextRequestOfAKeptConnectionGoesToAnother() async throws {
        try await withServers { balancer, servers in
            try await TestClient.with(balancer.port) { session in
                let first = try await Self.ask(&session)
                #expect(first == "a")
                let start = ContinuousClock.now
                async let drained: Void = balancer.drain("a", deadline: .seconds(30))
                try await Self.leaving(servers[0], balancer)
                for _ in 0..<3 {
                    let name = try await Self.ask(&session)
                    #expect(name == "b")
                }
                await drained
                #expect(ContinuousClock.now - start < .seconds(25))
                #expect(balancer.openConnections == ["a": 0, "b": 1])
                // Both drain, and a request that nobody else can take stays where it is.
                balancer.setBackends([])
                let last = try await Self.ask(&session)
                #expect(last == "b")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func anAnswerIsWaitedForAndThenAKeptConnectionEnds() async throws {
        try await withServers(restTime: .milliseconds(200)) { balancer, servers in
            try await TestClient.with(balancer.port) { session in
                let start = ContinuousClock.now
                try await session.send("GET /slow HTTP/1.1\r\n\r\n")
                while servers[0].requests.value == 0 { try await Task.sleep(for: .milliseconds(1)) }
                async let drained: Void = balancer.drain("a", deadline: .seconds(30))
                var lines: [String] = []
                while let line = try await session.line() { lines.append(line) }
                #expect(lines.last == "a")
                await drained
                // The answer after 300 ms, then the rest.
                #expect((.milliseconds(350)...(.seconds(20))).contains(ContinuousClock.now - start))
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func whatIsNotHTTPOrIsNoLongerStays() async throws {
        try await withServers { balancer, servers in
            try await TestClient.with(balancer.port) { session in
                let first = try await Self.ask(&session, "/switch")
                #expect(first == "a")
                async let drained: Void = balancer.drain("a", deadline: .milliseconds(600))
                try await Self.leaving(servers[0], balancer)
                for _ in 0..<3 {
                    try await Task.sleep(for: .milliseconds(100))
                    let name = try await Self.ask(&session)
                    #expect(name == "a")
                }
                await drained
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aConnectionOnWhichNothingWasSaidMovesAtOnce() async throws {
        try await withServers { balancer, _ in
            try await TestClient.with(balancer.port) { session in
                while balancer.openConnections["a"] != 1 { try await Task.sleep(for: .milliseconds(2)) }
                let start = ContinuousClock.now
                await balancer.drain("a", deadline: .seconds(30))
                #expect(ContinuousClock.now - start < .seconds(25))
                let name = try await Self.ask(&session)
                #expect(name == "b")
            }
        }
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true), ("POST /a?b HTTP/1.0\n", true),
            ("OPTIONS * HTTP/1.1\r\n", true), ("GET /unfinished HTTP/1.1", false), ("GET key\r\n", false),
            ("PRI * HTTP/2.0\r\n\r\n", false), ("CONNECT a:1 HTTP/1.1\r\n", false), ("", false), ("\n", false),
            ("GET \n", false), ("{\"GET / HTTP/1.1\r\n", false),
        ]
    )
    func requestsAreKnownByTheirFirstLine(text: String, isRequest: Bool) {
        #expect(HTTPRequestStart.begins(ByteBuffer(string: text)) == isRequest)
    }
}
