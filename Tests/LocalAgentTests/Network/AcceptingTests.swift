import Dispatch
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import LocalAgent

/// How connections wait at the listening socket, when the event loops have something else to do.
@Suite struct AcceptingTests {
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

    /// The queue is as long as it was asked for: two hundred clients are connected before the first of them is taken.
    @Test(.timeLimit(.minutes(1))) func aBurstWaitsInTheQueue() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let balancer = try await LoadBalancer(listenAddress: "127.0.0.1", port: 0, transport: .tcp, group: group)
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: balancer.port)
        var ends: [DispatchSemaphore] = []
        for loop in group.makeIterator() { ends.append(await stall(loop)) }
        let clients = (0..<200).map { _ in try? LoopbackConnect.connect(to: address) }
        #expect(clients.count { $0 != nil } == 200)
        for client in clients { if let client { close(client) } }
        for end in ends { end.signal() }
        await balancer.close()
        try await group.shutdownGracefully()
    }
}
