import NIOCore
import NIOPosix

/// The datagrams between one client and the backend that was chosen for it; lives on the listener's event loop.
final class UDPFlow {
    /// The most datagrams that wait for the socket to be ready.
    private static let maximumWaiting = 64

    let backend: Backend
    private(set) var lastUsed = NIODeadline.now()
    private var channel: (any Channel)?
    private var waiting: [ByteBuffer] = []
    private var ended = false

    init(_ backend: Backend) {
        self.backend = backend
    }

    /// Opens the flow's own socket, connected to the backend so that its refusal is heard.
    func connect(replyingTo client: SocketAddress, through listener: any Channel) -> EventLoopFuture<any Channel> {
        let loop = listener.eventLoop
        let address: SocketAddress
        do {
            address = try SocketAddress(ipAddress: backend.address, port: backend.port)
        } catch {
            return loop.makeFailedFuture(error)
        }
        let flow = NIOLoopBound(self, eventLoop: loop)
        return DatagramBootstrap(group: loop)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try DatagramBuffers.use(on: channel)
                    let handler = UDPReplyHandler(flow.value, client: client, listener: listener)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(to: address)
    }

    /// The socket is ready: what waited goes out.
    func established(_ channel: any Channel) {
        guard !ended else { return channel.close(promise: nil) }
        self.channel = channel
        let buffers = waiting
        waiting = []
        for buffer in buffers { send(buffer) }
    }

    func send(_ buffer: ByteBuffer) {
        used()
        guard let channel else {
            // Not the buffer itself: it has room for the longest datagram there is.
            if waiting.count < Self.maximumWaiting { waiting.append(ByteBuffer(bytes: buffer.readableBytesView)) }
            return
        }
        guard channel.isWritable, let address = channel.remoteAddress else { return }
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: buffer), promise: nil)
    }

    func used() {
        lastUsed = .now()
    }

    func end() {
        ended = true
        channel?.close(promise: nil)
    }
}

/// Passes a backend's replies to the client; ends the flow when the backend refuses, so that the next datagram can go
/// to another one.
private final class UDPReplyHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let flow: UDPFlow
    private let client: SocketAddress
    private let listener: any Channel

    init(_ flow: UDPFlow, client: SocketAddress, listener: any Channel) {
        self.flow = flow
        self.client = client
        self.listener = listener
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        flow.used()
        guard listener.isWritable else { return }
        listener.writeAndFlush(AddressedEnvelope(remoteAddress: client, data: unwrapInboundIn(data).data), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
