import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks the agent behind a unix socket; a value that holds no connection, each request makes its own.
package struct AgentClient: Sendable {
    /// The largest answer that `send` takes, and the longest record of a stream, in bytes.
    package static let maximumAnswer = 64 * 1024 * 1024

    package let socketPath: String
    private let group: any EventLoopGroup

    /// Makes no connection yet; `socketPath` may have any length.
    package init(socketPath: String, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        self.socketPath = socketPath
        self.group = group
    }

    /// The process that listens on the socket; nil: none, or one out of sight.
    package var listener: Int? {
        guard let descriptor = try? UnixSocket.connect(to: socketPath) else { return nil }
        defer { Glibc.close(descriptor) }
        return UnixSocket.peer(of: descriptor).flatMap { $0.process > 0 ? $0.process : nil }
    }

    /// Sends one request and gathers its answer, whatever its status.
    ///
    /// Cancelling the task hangs up.
    /// - Parameters:
    ///   - path: an absolute path, percent-encoded, with its query if there is one.
    ///   - timeout: from now to the end of the answer.
    package func send(
        _ method: String,
        _ path: String,
        body: [UInt8] = [],
        timeout: Duration
    ) async throws(AgentClientError) -> (status: Int, body: [UInt8]) {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let (descriptor, peer) = try await connect(before: deadline, timeout)
        do {
            let loop = group.next()
            let answer = loop.makePromise(of: AgentAnswer.self)
            let channel = try await open(descriptor, on: loop) { AgentAnswerCollector(answer) }
            let timer = loop.scheduleTask(deadline: deadline) {
                answer.fail(AgentClientError.timeout(timeout))
                channel.close(promise: nil)
            }
            SuspendedPeer.watch(peer, on: channel) {
                answer.fail(AgentClientError.suspended(process: peer))
                channel.close(promise: nil)
            }
            defer {
                timer.cancel()
                channel.close(promise: nil)
            }
            request(method, path, body, on: channel)
            let result = try await withTaskCancellationHandler {
                try await answer.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            return (result.status, result.body)
        } catch {
            throw Self.translate(error)
        }
    }

    /// Sends one request and yields the records of its answer: its lines, without their newlines; empty lines are
    /// skipped.
    ///
    /// Nothing is read ahead of the consumer but one buffer. Letting go of the stream or cancelling its task hangs up.
    /// Errors are `AgentClientError`s; the stream ends without one only at the orderly end of the answer.
    package func stream(_ method: String, _ path: String) -> AsyncThrowingStream<[UInt8], any Error> {
        let source = AgentRecordSource {
            let timeout = Duration.seconds(10)
            let (descriptor, peer) = try await connect(before: .now() + TimeAmount(timeout), timeout)
            let reader = NIOLoopBoundBox.makeEmptyBox(valueType: AgentRecordReader.self, eventLoop: group.next())
            let channel = try await open(descriptor, on: reader.eventLoop, reading: false) {
                let made = AgentRecordReader()
                reader.value = made
                return made
            }
            SuspendedPeer.watch(peer, on: channel) {
                reader.value?.fail(.suspended(process: peer))
                channel.close(promise: nil)
            }
            request(method, path, [], on: channel)
            return (channel, reader)
        }
        return AsyncThrowingStream { try await source.next() }
    }
}

// MARK: - Details

extension AgentClient {
    /// What an error of the connection means.
    static func translate(_ error: any Error) -> AgentClientError {
        if let error = error as? AgentClientError { return error }
        if let error = error as? IOError { return .protocol(systemMessage(error.errnoCode)) }
        return .protocol("\(error)")
    }

    /// - Returns: The connection, and the process that listens; 0 where that is out of sight.
    private func connect(
        before deadline: NIODeadline,
        _ timeout: Duration
    ) async throws(AgentClientError) -> (descriptor: CInt, peer: Int) {
        while true {
            do throws(UnixSocket.Failure) {
                return try trusted(try UnixSocket.connect(to: socketPath))
            } catch {
                switch error.number {
                case ENOENT, ECONNREFUSED, ENOTDIR, ENOTSOCK: throw .notRunning(path: socketPath)
                case EACCES, EPERM: throw .notPermitted(path: socketPath)
                case EUSERS: throw .stranger(path: socketPath, user: error.user ?? -1)
                case EAGAIN: break
                default: throw .protocol(systemMessage(error.number))
                }
            }
            // The agent is alive but has more waiting connections than it may: the queue moves on.
            guard .now() < deadline, (try? await Task.sleep(for: .milliseconds(5))) != nil else {
                throw .timeout(timeout)
            }
        }
    }

    /// Requests hold secrets: whoever listens is asked of the kernel before anything is sent.
    private func trusted(_ descriptor: CInt) throws(UnixSocket.Failure) -> (descriptor: CInt, peer: Int) {
        let peer = UnixSocket.peer(of: descriptor)
        if let peer, UnixSocket.isTrusted(peer, at: socketPath) { return (descriptor, peer.process) }
        Glibc.close(descriptor)
        throw UnixSocket.Failure(number: EUSERS, user: peer.map { Int($0.user) })
    }

    private func open(
        _ descriptor: CInt,
        on loop: any EventLoop,
        reading: Bool = true,
        _ handler: @escaping @Sendable () -> any ChannelHandler
    ) async throws -> any Channel {
        try await ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: reading)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(handler())
                }
            }
            .withConnectedSocket(descriptor)
            .get()
    }

    private func request(_ method: String, _ path: String, _ body: [UInt8], on channel: any Channel) {
        let headers = HTTPHeaders([
            ("host", "localhost"), ("connection", "close"), ("content-length", "\(body.count)"),
        ])
        let head = HTTPRequestHead(version: .http1_1, method: .init(rawValue: method), uri: path, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }
}
