import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves the page of the loop over HTTP/1, one request a connection.
struct MetricsServer: Sendable {
    private let listener: any Channel

    static func start(_ address: ListenAddress, _ page: MetricsPage) async throws -> MetricsServer {
        do {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(10)))
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                        try pipeline.addHandler(MetricsConnection(page, guardsHost: address.isLoopback))
                    }
                }
                .bind(host: address.host, port: address.port)
                .get()
            return MetricsServer(listener: listener)
        } catch {
            throw CommandFailure(
                "cannot listen on \(address.shownHost):\(address.port): "
                    + ((error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"),
                help: "choose another port, or 0 for a free one"
            )
        }
    }

    var port: Int { listener.localAddress?.port ?? 0 }

    func close() async { try? await listener.close() }
}

/// One connection: answers its first request and hangs up.
private final class MetricsConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let page: MetricsPage
    /// Whether the page is for this machine alone, so that a web site must not get at it by another name.
    private let guardsHost: Bool
    private var head: HTTPRequestHead?

    init(_ page: MetricsPage, guardsHost: Bool) {
        self.page = page
        self.guardsHost = guardsHost
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let received): if head == nil { head = received }
        case .body: break
        case .end:
            guard let head else { return }
            let isOwn = !guardsHost || head.headers["host"].allSatisfy(Self.isOwn)
            let answer =
                isOwn
                ? page.answer(head.method.rawValue, head.uri)
                : MetricsPage.plain(421, "this page is for this machine alone")
            write(answer, hasBody: head.method != .HEAD, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func write(_ answer: MetricsPage.Answer, hasBody: Bool, _ context: ChannelHandlerContext) {
        let bytes = ByteBuffer(string: answer.body)
        let headers = HTTPHeaders([
            ("content-type", answer.type), ("content-length", "\(bytes.readableBytes)"), ("connection", "close"),
            ("x-content-type-options", "nosniff"),
        ])
        let status = HTTPResponseStatus(statusCode: answer.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if hasBody { context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Whether a client calls this machine by a name that only it has.
    private static func isOwn(_ host: String) -> Bool {
        if host.hasPrefix("[::1]") { return true }
        let name = host.prefix { $0 != ":" }
        let isNumeric = name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        return name == "localhost" || (name.hasPrefix("127.") && isNumeric)
    }
}
