import NIOCore
import NIOPosix
import Synchronization

@testable import LocalAgent

/// A TCP server on loopback that says its name first, then echoes; at the end of input it ends its output.
final class EchoServer: Sendable {
    let id: String
    private let channel: any Channel
    private let accepts: Accepted

    init(_ id: String, greets: Bool = true) async throws {
        self.id = id
        let group = MultiThreadedEventLoopGroup.singleton
        let accepts = Accepted()
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                accepts.channels.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EchoHandler(greets ? id + "\n" : ""))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.accepts = accepts
    }

    var backend: Backend { Backend(id: id, address: "127.0.0.1", port: channel.localAddress?.port ?? 0) }

    var accepted: Int { accepts.channels.withLock { $0.count } }

    /// Ends the open connections in order, as a server does that stops.
    func hangUp() async {
        for channel in accepts.channels.withLock({ $0 }) { try? await channel.close() }
    }

    func close() async {
        try? await channel.close()
        await hangUp()
    }
}

/// The connections that a server has taken so far.
private final class Accepted: Sendable {
    let channels = Mutex<[any Channel]>([])
}

private final class EchoHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let greeting: String

    init(_ greeting: String) {
        self.greeting = greeting
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(data, promise: nil)
    }

    /// Reads only what it can echo, so that a test measures the balancer's memory and not the server's.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(ChannelEvent.inputClosed) = event as? ChannelEvent else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "bye\n")))
            .whenComplete { _ in
                channel.close(mode: .output, promise: nil)
            }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
