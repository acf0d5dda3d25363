import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server that answers as a test tells it, and remembers what it was asked.
final class FakeEngine: Sendable {
    struct Request: Sendable {
        var method: HTTPMethod
        var uri: String
        var headers: HTTPHeaders
        var body: String
        /// Which of the accepted connections it came on, from 0.
        var connection: Int
    }

    enum Answer: Sendable {
        /// A whole answer.
        case json(Int, String)
        /// A head, then the chunks, then whether the answer ends as it should, or the connection, or nothing at all.
        case stream(contentType: String, [[UInt8]], Ending)
        /// Nothing at all.
        case silence
        /// The connection ends in place of an answer.
        case hangUp
    }

    enum Ending: Sendable { case whole, cut, open }

    typealias Script = @Sendable (Request) -> Answer?

    private let channel: any Channel
    private let state: Shared

    final class Shared: Sendable {
        struct State {
            var requests: [Request] = []
            var connections: [any Channel] = []
            /// Whose answer goes on.
            var streams: [any Channel] = []
        }
        let state = Mutex(State())
        let script: Script
        let version: String

        init(version: String, script: @escaping Script) {
            self.version = version
            self.script = script
        }
    }

    /// Listens on a unix socket.
    static func start(
        socket: String,
        version: String = "1.47",
        _ script: @escaping Script = { _ in nil }
    ) async throws -> FakeEngine {
        let shared = Shared(version: version, script: script)
        let channel = try await bootstrap(shared, tls: nil).bind(unixDomainSocketPath: socket).get()
        return FakeEngine(channel, shared)
    }

    /// Listens on a port of 127.0.0.1.
    static func start(
        tls: TLSConfiguration?,
        version: String = "1.47",
        _ script: @escaping Script = { _ in nil }
    ) async throws -> FakeEngine {
        let shared = Shared(version: version, script: script)
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await bootstrap(shared, tls: context).bind(host: "127.0.0.1", port: 0).get()
        return FakeEngine(channel, shared)
    }

    private init(_ channel: any Channel, _ state: Shared) {
        self.channel = channel
        self.state = state
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [Request] { state.state.withLock { $0.requests } }
    var connections: Int { state.state.withLock { $0.connections.count } }
    var openConnections: Int { state.state.withLock { $0.connections.filter(\.isActive).count } }

    /// Goes on with every answer that was left open.
    func tell(_ text: String) {
        for channel in state.state.withLock({ $0.streams }) where channel.isActive {
            let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text)))
            channel.writeAndFlush(part, promise: nil)
        }
    }

    /// Ends the answers that were left open.
    func cutStreams() async {
        let streams = state.state.withLock { state in
            defer { state.streams = [] }
            return state.streams
        }
        for channel in streams { try? await channel.close() }
    }

    /// Ends the connections that are open.
    func hangUp() async {
        for channel in state.state.withLock({ $0.connections }) { try? await channel.close() }
    }

    func stop() async {
        try? await channel.close()
        await hangUp()
    }

    private static func bootstrap(_ shared: Shared, tls: NIOSSLContext?) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                let number = shared.state.withLock { state in
                    state.connections.append(channel)
                    return state.connections.count - 1
                }
                return channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(FakeHandler(shared, number))
                }
            }
    }
}

private final class FakeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let shared: FakeEngine.Shared
    private let connection: Int
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ shared: FakeEngine.Shared, _ connection: Int) {
        self.shared = shared
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let part): body.writeImmutableBuffer(part)
        case .end:
            guard let head else { return }
            let request = FakeEngine.Request(
                method: head.method,
                uri: head.uri,
                headers: head.headers,
                body: String(buffer: body),
                connection: connection
            )
            body.clear()
            shared.state.withLock { $0.requests.append(request) }
            answer(shared.script(request) ?? standard(request), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func standard(_ request: FakeEngine.Request) -> FakeEngine.Answer {
        request.uri == "/_ping" ? .json(200, "OK") : .json(404, #"{"message":"page not found"}"#)
    }

    private func answer(_ answer: FakeEngine.Answer, _ context: ChannelHandlerContext) {
        switch answer {
        case .silence: break
        case .hangUp: context.close(promise: nil)
        case .json(let status, let text):
            write(context, status, "application/json", length: text.utf8.count)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .stream(let type, let chunks, let ending):
            write(context, 200, type, length: nil)
            for chunk in chunks {
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: chunk)))), promise: nil)
            }
            context.flush()
            switch ending {
            case .whole: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .cut: context.close(promise: nil)
            case .open: shared.state.withLock { $0.streams.append(context.channel) }
            }
        }
    }

    private func write(_ context: ChannelHandlerContext, _ status: Int, _ type: String, length: Int?) {
        var headers = HTTPHeaders([("Content-Type", type), ("Api-Version", shared.version)])
        if let length { headers.add(name: "Content-Length", value: "\(length)") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }
}
