import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import LocalAgent

@Suite(.serialized) struct UDPTests {
    @Test(.timeLimit(.minutes(1))) func aFlowStaysWithItsBackendAndIsAnswered() async throws {
        var servers: [any Channel] = []
        for name in ["a", "b"] { servers.append(try await Self.server(name)) }
        let balancer = try await LoadBalancer(listenAddress: "127.0.0.1", port: 0, transport: .udp)
        balancer.setBackends(
            zip(["a", "b"], servers).map { Backend(id: $0, address: "127.0.0.1", port: $1.localAddress?.port ?? 0) }
        )
        var flows: [[String]] = []
        for _ in 0..<4 { flows.append(try await Self.ask(balancer.port, times: 3)) }
        #expect(
            flows == [["a:0", "a:1", "a:2"], ["b:0", "b:1", "b:2"], ["a:0", "a:1", "a:2"], ["b:0", "b:1", "b:2"]]
        )
        #expect(balancer.openConnections == ["a": 2, "b": 2])
        let start = ContinuousClock.now
        await balancer.drain("a", deadline: .seconds(20))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(balancer.openConnections == ["a": 0, "b": 2])
        #expect(try await Self.ask(balancer.port, times: 1) == ["b:0"])
        await balancer.close()
        for server in servers { try await server.close() }
    }

    /// Datagrams of every length come back whole, also where a longer one was read before.
    @Test(.timeLimit(.minutes(1))) func longAnswersAreNotCut() async throws {
        try await Self.withEcho { port in
            let client = try Self.client(port)
            defer { close(client) }
            for length in [1, 60_000, 10, 2048, 2049, 3, 65_507, 1400] {
                #expect(Self.exchange(client, [UInt8](repeating: UInt8(length % 251), count: length)), "\(length)")
            }
        }
    }

    /// What a flow keeps does not depend on how long a datagram may be, nor on how long one was.
    @Test func aFlowKeepsAShortBuffer() throws {
        var ends: [CInt] = [0, 0]
        try #require(socketpair(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        var pool = NIOPooledRecvBufferAllocator(capacity: 1, recvAllocator: DatagramBuffers(socket: ends[0]))
        for length in [5, 40_000, 5, 2048, 2049, 1] {
            let bytes = [UInt8](repeating: 7, count: length)
            try #require(send(ends[1], bytes, length, 0) == length)
            let (buffer, count) = pool.buffer(allocator: ByteBufferAllocator()) { buffer in
                buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 0) {
                    recv(ends[0], $0.baseAddress, $0.count, 0)
                }
            }
            #expect(count == length)
            pool.record(actualReadBytes: count)
            if length <= 2048 { #expect(buffer.capacity == 2048) }
        }
    }

    /// A balancer in front of one server that sends back what it gets.
    private static func withEcho(_ body: (Int) async throws -> Void) async throws {
        let server = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(PlainEcho()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let balancer = try await LoadBalancer(listenAddress: "127.0.0.1", port: 0, transport: .udp)
        balancer.setBackends([Backend(id: "a", address: "127.0.0.1", port: server.localAddress?.port ?? 0)])
        do { try await body(balancer.port) } catch { Issue.record(error) }
        await balancer.close()
        try await server.close()
    }

    /// A socket that is connected to a port and waits for an answer for five seconds at most.
    private static func client(_ port: Int) throws -> CInt {
        let client = socket(AF_INET, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(client >= 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try #require(address.withSockAddr { connect(client, $0, socklen_t($1)) } == 0)
        return client
    }

    private static func exchange(_ client: CInt, _ bytes: [UInt8]) -> Bool {
        var answer = [UInt8](repeating: 0, count: 65_536)
        guard send(client, bytes, bytes.count, 0) == bytes.count else { return false }
        let count = recv(client, &answer, answer.count, 0)
        return count >= 0 && Array(answer.prefix(count)) == bytes
    }

    private static func server(_ name: String) async throws -> any Channel {
        try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NamedEcho(name))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private static func ask(_ port: Int, times: Int) async throws -> [String] {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        typealias Datagram = AddressedEnvelope<ByteBuffer>
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<Datagram, Datagram>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var answers: [String] = []
            var iterator = inbound.makeAsyncIterator()
            for number in 0..<times {
                try await outbound.write(Datagram(remoteAddress: address, data: ByteBuffer(string: "\(number)")))
                guard let answer = try await iterator.next() else { break }
                #expect(answer.remoteAddress == address)
                answers.append(String(buffer: answer.data))
            }
            return answers
        }
    }
}

private final class NamedEcho: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let name: String

    init(_ name: String) {
        self.name = name
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let answer = ByteBuffer(string: "\(name):\(String(buffer: envelope.data))")
        let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: answer)
        context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
    }
}

private final class PlainEcho: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(data, promise: nil)
    }
}
