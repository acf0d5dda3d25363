import Dispatch
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import LocalAgent

/// How connections are taken from the listening socket, when the event loops have something else to do.
@Suite(.serialized) struct AcceptingTests {
    private static let loops = 2

    private func withBalancer(_ body: (LoadBalancer, MultiThreadedEventLoopGroup) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: Self.loops)
        let server = try await EchoServer("a")
        let balancer = try await LoadBalancer(listenAddress: "127.0.0.1", port: 0, transport: .tcp, group: group)
        balancer.setBackends([server.backend])
        do { try await body(balancer, group) } catch { Issue.record(error) }
        await balancer.close()
        await server.close()
        try await group.shutdownGracefully()
    }

    /// Keeps a loop from doing anything until the semaphore is signalled.
    private func stall(_ loop: any EventLoop) async -> DispatchSemaphore {
        let end = DispatchSemaphore(value: 0)
        await withCheckedContinuation { stalled in
            loop.execute {
                stalled.resume()
                end.wait()
            }
        }
        return end
    }

    @Test(
        .enabled(if: TCPRelay.maximumAcceptors > 1, "a build with assertions has one loop a port"),
        .timeLimit(.minutes(1)),
        arguments: 0..<Self.loops
    )
    func aBusyLoopHoldsUpNoConnection(index: Int) async throws {
        try await withBalancer { balancer, group in
            let end = await stall(Array(group.makeIterator())[index])
            for _ in 0..<10 {
                let name = try await TestClient.greeting(balancer.port)
                #expect(name == "a")
            }
            end.signal()
        }
    }

    /// The queue is as long as it was asked for: two hundred clients are connected before the first of them is taken.
    @Test(.timeLimit(.minutes(1))) func aBurstWaitsInTheQueue() async throws {
        try await withBalancer { balancer, group in
            var ends: [DispatchSemaphore] = []
            for loop in group.makeIterator() { ends.append(await stall(loop)) }
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: balancer.port)
            let clients = (0..<200).map { _ in try? LoopbackConnect.connect(to: address) }
            #expect(clients.count { $0 != nil } == 200)
            for client in clients { if let client { close(client) } }
            for end in ends { end.signal() }
        }
    }
}
