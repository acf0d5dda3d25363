import NIOCore
import NIOHTTP1

/// One connection of the agent's server: gathers its request, has it answered, hangs up.
final class AgentConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case idle
        case receiving(HTTPRequestHead, ByteBuffer)
        case answering(Task<Void, Never>, streaming: Bool)
        /// An answer that ends the connection is under way; what still arrives is dropped.
        case leaving
    }

    /// How long a client that was refused may take to read why.
    private static let leavingTime = TimeAmount.seconds(1)

    private let limits: AgentServer.Limits
    private let handler: AgentServer.Handler
    /// Called when all of the request is there.
    private let heard: (any Channel) -> Void
    private var phase = Phase.idle
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var finishing = false

    init(
        limits: AgentServer.Limits,
        handler: @escaping AgentServer.Handler,
        heard: @escaping (any Channel) -> Void
    ) {
        self.limits = limits
        self.handler = handler
        self.heard = heard
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        startTimer(limits.head)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
        if case .answering(let task, _) = phase { task.cancel() }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .idle):
            let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            if length > limits.body { return refuse(.payloadTooLarge) }
            phase = .receiving(head, ByteBuffer())
            startTimer(limits.request)
            if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                let interim = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
            }
        case (.body(var part), .receiving(let head, var body)):
            if body.readableBytes + part.readableBytes > limits.body { return refuse(.payloadTooLarge) }
            phase = .idle  // The only reference to the gathered bytes, so that appending does not copy them.
            body.writeBuffer(&part)
            phase = .receiving(head, body)
        case (.end, .receiving(let head, let body)):
            heard(context.channel)
            answer(head, body, context)
        default:
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { refuse(.badRequest) } else { context.close(promise: nil) }
    }

    /// The server closes: what waits or streams ends now, an answer in progress is completed first.
    func finish() {
        finishing = true
        switch phase {
        case .answering(let task, let streaming): if streaming { task.cancel() }
        case .idle, .receiving, .leaving: context?.close(promise: nil)
        }
    }

    // MARK: - Answers

    private func answer(_ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let bytes = Array(body.readableBytesView)
        guard let request = AgentRequest(method: head.method.rawValue, target: head.uri, body: bytes) else {
            return refuse(.badRequest)
        }
        let channel = context.channel
        let handler = handler
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let task = Task {
            let response = await handler(request)
            let writer = AgentResponseWriter(channel: channel, request: head)
            switch response.body {
            case .bytes(let bytes):
                channel.eventLoop.execute { this.value.startTimer(this.value.limits.answer) }
                await writer.write(status: response.status, bytes)
            case .stream(let stream):
                channel.eventLoop.execute { this.value.startedStream() }
                await writer.write(status: response.status, stream)
            }
            channel.close(promise: nil)
        }
        phase = .answering(task, streaming: false)
    }

    private func startedStream() {
        guard case .answering(let task, _) = phase else { return }
        phase = .answering(task, streaming: true)
        if finishing { task.cancel() }
    }

    /// Answers with a status alone and ends the connection, after a moment in which the client can read it.
    private func refuse(_ status: HTTPResponseStatus) {
        guard let context else { return }
        switch phase {
        case .leaving: return
        // What follows the one request of a connection is of no interest.
        case .answering: return
        case .idle, .receiving: phase = .leaving
        }
        timer?.cancel()
        let headers = HTTPHeaders([("connection", "close"), ("content-length", "0")])
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        let channel = context.channel
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.eventLoop.scheduleTask(in: Self.leavingTime) { channel.close(promise: nil) }
    }

    private func startTimer(_ limit: Duration) {
        timer?.cancel()
        guard let context else { return }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) { this.value.timedOut() }
    }

    private func timedOut() {
        switch phase {
        case .idle, .receiving: refuse(.requestTimeout)
        case .answering, .leaving: context?.close(promise: nil)
        }
    }
}
