import NIOCore
import NIOHTTP1

/// A complete answer of the agent.
struct AgentAnswer: Sendable {
    var status: Int
    var body: [UInt8]
}

/// Gathers one answer.
final class AgentAnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<AgentAnswer>
    private var answer = AgentAnswer(status: 0, body: [])

    init(_ promise: EventLoopPromise<AgentAnswer>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer.status = Int(head.status.code)
        case .body(let part):
            guard answer.body.count + part.readableBytes <= AgentClient.maximumAnswer else {
                promise.fail(AgentClientError.protocol("the answer is larger than 64 MiB"))
                return context.close(promise: nil)
            }
            answer.body.append(contentsOf: part.readableBytesView)
        case .end:
            promise.succeed(answer)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(AgentClientError.protocol("the agent hung up before its answer was complete"))
    }
}
