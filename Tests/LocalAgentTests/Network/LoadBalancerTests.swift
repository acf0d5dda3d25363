import NIOCore
import NIOPosix
import ResourceModel
import Synchronization
import Testing

@testable import LocalAgent

@Suite(.serialized) struct LoadBalancerTests {
    /// Runs `body` with a balancer and echo servers of the given names, all named as backends.
    private func withServers(
        _ names: [String],
        policy: LoadBalancing = .roundRobin,
        halfClosedTime: Duration = LoadBalancer.halfClosedTime,
        _ body: (LoadBalancer, [EchoServer]) async throws -> Void
    ) async throws {
        var servers: [EchoServer] = []
        for name in names { servers.append(try await EchoServer(name)) }
        let balancer = try await LoadBalancer(
            listenAddress: "127.0.0.1",
            port: 0,
            transport: .tcp,
            policy: policy,
            halfClosedTime: halfClosedTime
        )
        balancer.setBackends(servers.map(\.backend))
        do {
            try await body(balancer, servers)
        } catch {
            Issue.record(error)
        }
        await balancer.close()
        for server in servers { await server.close() }
    }

    @Test(.timeLimit(.minutes(1))) func aStormIsSpreadEvenly() async throws {
        try await withServers(["a", "b", "c", "d"]) { balancer, servers in
            let port = balancer.port
            var counts: [String: Int] = [:]
            for _ in 0..<1000 { counts[try await TestClient.greeting(port) ?? "none", default: 0] += 1 }
            #expect(counts == ["a": 250, "b": 250, "c": 250, "d": 250])

            let parallel = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<200 { group.addTask { try await TestClient.greeting(port) } }
                return try await group.reduce(into: [String: Int]()) { $0[$1 ?? "none", default: 0] += 1 }
            }
            #expect(parallel == ["a": 50, "b": 50, "c": 50, "d": 50])
            for server in servers { await balancer.drain(server.id, deadline: .seconds(5)) }
            #expect(balancer.openConnections == ["a": 0, "b": 0, "c": 0, "d": 0])
        }
    }

    @Test(.timeLimit(.minutes(1))) func aRefusingBackendIsSkipped() async throws {
        try await withServers(["a", "dead"]) { balancer, servers in
            await servers[1].close()
            for _ in 0..<20 {
                let got1 = try await TestClient.greeting(balancer.port)
                #expect(got1 == "a")
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aConnectionWaitsForABackend() async throws {
        try await withServers(["a"]) { balancer, servers in
            let port = balancer.port
            balancer.setBackends([])
            async let waiting = TestClient.greeting(port)
            try await Task.sleep(for: .milliseconds(150))
            balancer.setBackends([servers[0].backend])
            let got2 = try await waiting
            #expect(got2 == "a")
            balancer.setBackends([])
            let start = ContinuousClock.now
            let got3 = try await TestClient.greeting(port)
            #expect(got3 == nil)
            #expect((.seconds(1.9)...(.seconds(20))).contains(ContinuousClock.now - start))
        }
    }

    @Test(.timeLimit(.minutes(1))) func halfCloseReachesTheBackendAndItsAnswerTheClient() async throws {
        try await withServers(["a"]) { balancer, _ in
            let lines = try await TestClient.with(balancer.port) { session in
                try await session.send("one\ntwo\n")
                session.endOutput()
                var lines: [String] = []
                while let line = try await session.line() { lines.append(line) }
                return lines
            }
            #expect(lines == ["a", "one", "two", "bye"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func drainWaitsForOpenConnectionsAndTakesNoNewOnes() async throws {
        try await withServers(["a", "b"]) { balancer, servers in
            let port = balancer.port
            try await TestClient.with(port) { session in
                let name = try await session.line()
                #expect(name == "a")
                let start = ContinuousClock.now
                await balancer.drain("a", deadline: .milliseconds(200))
                #expect(ContinuousClock.now - start >= .milliseconds(190))
                for _ in 0..<5 {
                    let got4 = try await TestClient.greeting(port)
                    #expect(got4 == "b")
                }
                balancer.setBackends([servers[1].backend])
                #expect(balancer.openConnections["a"] == 1)
                try await session.send("still here\n")
                let echo = try await session.line()
                #expect(echo == "still here")
                await servers[0].hangUp()
                let end = try await session.line()
                #expect(end == nil)
            }
            let start = ContinuousClock.now
            await balancer.drain("a", deadline: .seconds(50))
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(balancer.openConnections["a"] == nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatOutlivesItsBackendIsLetGo() async throws {
        try await withServers(["a"], halfClosedTime: .milliseconds(300)) { balancer, servers in
            try await TestClient.with(balancer.port) { session in
                _ = try await session.line()
                await servers[0].hangUp()
                let end = try await session.line()
                #expect(end == nil)
                // The client's own half is open, so its connection counts until the time is over.
                #expect(balancer.openConnections["a"] == 1)
                let start = ContinuousClock.now
                await balancer.drain("a", deadline: .seconds(20))
                #expect((.milliseconds(100)...(.seconds(10))).contains(ContinuousClock.now - start))
                #expect(balancer.openConnections["a"] == 0)
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func nothingFailsWhileBackendsChangeUnderLoad() async throws {
        try await withServers(["a", "b", "c"]) { balancer, servers in
            let port = balancer.port
            let running = Flag()
            let answered = Counter()
            let load = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            while running.isUp {
                                try await Self.request(port)
                                answered.add(1)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for round in 0..<4 {
                // A rolling update: a new instance comes, an old one is drained and stopped.
                for (index, old) in servers.enumerated() {
                    let new = try await EchoServer("\(old.id)-\(round)")
                    balancer.setBackends(servers.map(\.backend) + [new.backend])
                    // Load has met the new instance before the old one goes, however slow the machine is.
                    let before = answered.value
                    while answered.value < before + 10 { try await Task.sleep(for: .milliseconds(1)) }
                    balancer.setBackends(servers.enumerated().filter { $0.offset != index }.map(\.element.backend))
                    await balancer.drain(new.id, deadline: .seconds(20))
                    #expect(balancer.openConnections[new.id] == nil)
                    await new.close()
                }
            }
            running.lower()
            try await load.value
        }
    }

    private static func request(_ port: Int) async throws {
        let answer = try await TestClient.with(port) { session in
            _ = try await session.line()
            try await session.send("ping\n")
            return try await session.line()
        }
        try #require(answer == "ping")
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func oneAddressAndAllAddressesShareAPortOfThisProcessOnly(allFirst: Bool) async throws {
        let servers = [try await EchoServer("one"), try await EchoServer("all")]
        let addresses = allFirst ? ["0.0.0.0", "127.77.254.1"] : ["127.77.254.1", "0.0.0.0"]
        let first = try await LoadBalancer(listenAddress: addresses[0], port: 0, transport: .tcp)
        let port = first.port
        let second = try await LoadBalancer(
            listenAddress: addresses[1],
            port: port,
            transport: .tcp,
            beside: [first]
        )
        let (one, all) = allFirst ? (second, first) : (first, second)
        one.setBackends([servers[0].backend])
        all.setBackends([servers[1].backend])
        let names = [
            try await TestClient.greeting(port, host: "127.77.254.1"), try await TestClient.greeting(port),
        ]
        #expect(names == ["one", "all"])
        // A third one finds the port taken, on either address.
        for address in addresses {
            await #expect(throws: LoadBalancerError.addressInUse(address, port: port)) {
                _ = try await LoadBalancer(listenAddress: address, port: port, transport: .tcp)
            }
        }
        await first.close()
        await second.close()
        for server in servers { await server.close() }
    }

    @Test func whatCannotBeBoundIsATypedError() async throws {
        try await withServers(["a"]) { balancer, _ in
            let port = balancer.port
            await #expect(throws: LoadBalancerError.addressInUse("127.0.0.1", port: port)) {
                _ = try await LoadBalancer(listenAddress: "127.0.0.1", port: port, transport: .tcp)
            }
            await balancer.close()
            let again = try await LoadBalancer(listenAddress: "127.0.0.1", port: port, transport: .tcp)
            await again.close()
        }
        await #expect(throws: LoadBalancerError.invalidAddress("localhost", port: 1)) {
            _ = try await LoadBalancer(listenAddress: "localhost", port: 1, transport: .tcp)
        }
    }
}

/// Tells concurrent work when to stop.
private final class Flag: Sendable {
    private let up = Mutex(true)

    var isUp: Bool { up.withLock { $0 } }
    func lower() { up.withLock { $0 = false } }
}
