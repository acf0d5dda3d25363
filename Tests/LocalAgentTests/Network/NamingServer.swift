import NIOCore
import NIOPosix

@testable import LocalAgent

/// An HTTP/1.1 server on loopback that keeps connections open and answers with its name; `/slow` takes 300 ms.
final class NamingServer: Sendable {
    let id: String
    /// Requests that have come in.
    let requests = Counter()
    private let channel: any Channel

    init(_ id: String) async throws {
        self.id = id
        let requests = requests
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NamingHandler(id, requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var backend: Backend { Backend(id: id, address: "127.0.0.1", port: channel.localAddress?.port ?? 0) }

    func close() async { try? await channel.close() }
}

private final class NamingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let name: String
    private let requests: Counter

    init(_ name: String, _ requests: Counter) {
        self.name = name
        self.requests = requests
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = String(buffer: unwrapInboundIn(data))
        requests.add(1)
        let isSwitch = request.hasPrefix("GET /switch ")
        let answer =
            isSwitch
            ? "HTTP/1.1 101 Switching Protocols\r\n\r\n\(name)\n"
            : "HTTP/1.1 200 OK\r\ncontent-length: \(name.utf8.count + 1)\r\n\r\n\(name)\n"
        let this = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(request.hasPrefix("GET /slow ") ? 300 : 0)) {
            this.value.writeAndFlush(NIOAny(ByteBuffer(string: answer)), promise: nil)
        }
    }
}
