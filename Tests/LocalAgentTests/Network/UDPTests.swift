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
