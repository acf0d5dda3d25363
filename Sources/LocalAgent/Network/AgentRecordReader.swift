import NIOCore
import NIOHTTP1

/// Cuts a streamed answer into records and hands them out one by one; reads on only when it has none left.
final class AgentRecordReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private var context: ChannelHandlerContext?
    private var status: Int?
    private var partial: [UInt8] = []
    private var records = CircularBuffer<[UInt8]>()
    private var waiting: EventLoopPromise<[UInt8]?>?
    /// How the stream ended; nil: it goes on.
    private var ending: Result<Void, AgentClientError>?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// The next record; nil after the last one.
    ///
    /// There is one consumer at a time.
    func next(_ promise: EventLoopPromise<[UInt8]?>) {
        waiting = promise
        deliver()
    }

    private func deliver() {
        guard let promise = waiting else { return }
        if !records.isEmpty {
            waiting = nil
            promise.succeed(records.removeFirst())
        } else if let ending {
            waiting = nil
            promise.completeWith(ending.map { nil }.mapError { $0 as any Error })
        } else {
            context?.read()
        }
    }

    /// Ends the stream with an error.
    func fail(_ error: AgentClientError) { end(.failure(error)) }

    private func end(_ result: Result<Void, AgentClientError>) {
        if ending == nil { ending = result }
        deliver()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
        case .body(let part):
            guard partial.count + part.readableBytes <= AgentClient.maximumAnswer else {
                end(.failure(.protocol("a record is larger than 64 MiB")))
                return context.close(promise: nil)
            }
            take(part)
        case .end:
            if let status, !(200..<300).contains(status) {
                return end(.failure(.status(status, body: partial)))
            }
            if !partial.isEmpty { records.append(partial) }
            partial = []
            end(.success(()))
        }
    }

    private func take(_ part: ByteBuffer) {
        guard let status, (200..<300).contains(status) else {
            partial.append(contentsOf: part.readableBytesView)
            return
        }
        var rest = part.readableBytesView
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            partial.append(contentsOf: rest[..<newline])
            if !partial.isEmpty { records.append(partial) }
            partial = []
            rest = rest[(newline + 1)...]
        }
        partial.append(contentsOf: rest)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        deliver()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(AgentClient.translate(error)))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        end(.failure(.protocol("the agent hung up before its answer was complete")))
    }
}

/// The consumer's side of a stream: connects at the first demand, hangs up when it is let go of.
actor AgentRecordSource {
    typealias Connection = (channel: any Channel, reader: NIOLoopBoundBox<AgentRecordReader?>)

    private let connect: @Sendable () async throws -> Connection
    private var connection: Connection?

    init(_ connect: @escaping @Sendable () async throws -> Connection) {
        self.connect = connect
    }

    deinit {
        connection?.channel.close(promise: nil)
    }

    func next() async throws -> [UInt8]? {
        let (channel, reader) = try await connected()
        let promise = channel.eventLoop.makePromise(of: [UInt8]?.self)
        channel.eventLoop.execute {
            if let reader = reader.value { reader.next(promise) } else { promise.succeed(nil) }
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private func connected() async throws -> Connection {
        if let connection { return connection }
        let made = try await connect()
        connection = made
        return made
    }
}
