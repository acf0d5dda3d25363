import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// The agent's HTTP/1.1 server on a unix socket.
///
/// - The socket's file is mode 0600 and every peer's user is asked of the kernel: only the server's own user and root
///   are heard, others are answered 403.
/// - Malformed requests are answered 400, too large ones 413, too slow ones 408; the connection is then closed.
/// - A socket that a dead agent left behind is replaced; one on which somebody answers is not.
/// - A connection carries one request (`connection: close`): on a unix socket a new one costs next to nothing.
package final class AgentServer: Sendable {
    /// What a client may take of the server.
    package struct Limits: Sendable {
        /// The largest content of a request, in bytes.
        package var body = 8 * 1024 * 1024
        /// The time from the connection to the end of the request's head: who sends nothing is not kept.
        package var head = Duration.seconds(20)
        /// The time from the head to the end of the request.
        package var request = Duration.seconds(30)
        /// The time to take an answer that is not a stream.
        package var answer = Duration.seconds(60)
        /// With more connections than this, who has not said all of its request has only `hurry` to do so.
        ///
        /// Whoever is slow or dead takes no place from others. Half of the files that this process may have open; with half
        /// as many again, one has to leave for each that comes.
        package var crowd = max(8, (FileLimit.current - Self.ownFiles) / 2)
        /// The time to the end of a request among a crowd.
        package var hurry = Duration.seconds(1)

        /// About what the agent needs for itself: loops, timers, watchers, listeners.
        private static let ownFiles = 64

        package init() {}
    }

    package typealias Handler = @Sendable (AgentRequest) async -> AgentResponse

    /// How long requests in progress may take to finish when the server closes.
    static let closingTime = Duration.seconds(2)

    /// How many connections may wait to be taken; the system may allow fewer.
    static let backlog: CInt = 4096

    private let socketPath: String
    private let file: UnixSocket.FileIdentity
    private let listener: any Channel
    private let connections: AgentConnections

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - socketPath: any length; its folder must exist.
    ///   - handler: called on a task of its own for every request, cancelled when the client leaves.
    package init(
        socketPath: String,
        limits: Limits = Limits(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        handler: @escaping Handler
    ) async throws(AgentServerError) {
        let socket = try await Self.bind(socketPath)
        let connections = AgentConnections(limits)
        self.socketPath = socketPath
        self.connections = connections
        file = socket.file
        do {
            // One loop takes connections, looks at them and ends them, so that none waits, unseen, beside the others.
            let loop = group.next()
            listener = try await ServerBootstrap(group: loop, childGroup: loop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.configure(channel, connections, limits, handler)
                    }
                }
                .withBoundSocket(socket.descriptor)
                .get()
            try await Self.widenQueue(listener)
        } catch {
            throw .cannotListen(path: socketPath, reason: "\(error)")
        }
    }

    /// Stops listening, removes the socket's file and ends the connections.
    ///
    /// Streams end at once; requests in progress have two seconds to be answered.
    package func close() async {
        // A successor may have put its own socket there already.
        if UnixSocket.FileIdentity(path: socketPath) == file { unlink(socketPath) }
        try? await listener.close()
        await connections.close(within: Self.closingTime, on: listener.eventLoop)
    }
}

// MARK: - Starting

extension AgentServer {
    /// Asks for the whole queue again: taking over a socket that listens already makes its queue 128 long, whatever
    /// the options say.
    private static func widenQueue(_ listener: any Channel) async throws {
        try await listener.eventLoop
            .submit {
                try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    _ = Glibc.listen($0, backlog)
                }
            }
            .get()
    }

    private static func configure(
        _ channel: any Channel,
        _ connections: AgentConnections,
        _ limits: Limits,
        _ handler: @escaping Handler
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        var user: uid_t?
        try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            user = UnixSocket.peer(of: $0)?.user
        }
        guard let user, user == geteuid() || user == 0 else {
            return try pipeline.addHandler(RefusedPeer())
        }
        let connection = AgentConnection(limits: limits, handler: handler) { connections.heard($0) }
        try pipeline.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
            connection,
        ])
        connections.add(channel, NIOLoopBound(connection, eventLoop: channel.eventLoop))
    }

    /// Takes the path, under a lock on its folder so that of two agents which start together one wins.
    private static func bind(_ path: String) async throws(AgentServerError) -> UnixSocket.Listener {
        let folder = open(UnixSocket.split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .cannotListen(path: path, reason: systemMessage(errno)) }
        defer { Glibc.close(folder) }
        var attempts = 0
        while flock(folder, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { throw .cannotListen(path: path, reason: systemMessage(errno)) }
            attempts += 1
            guard attempts < 200, (try? await Task.sleep(for: .milliseconds(10))) != nil else {
                throw .folderLocked(path: path)
            }
        }
        return try bindLocked(path)
    }

    private static func bindLocked(_ path: String) throws(AgentServerError) -> UnixSocket.Listener {
        do throws(UnixSocket.Failure) {
            return try UnixSocket.listen(at: path)
        } catch {
            guard error.number == EADDRINUSE else {
                throw .cannotListen(path: path, reason: systemMessage(error.number))
            }
        }
        guard UnixSocket.isSocket(path) else { throw .notASocket(path: path) }
        // Only a refusal proves that nobody listens.
        guard UnixSocket.isRefused(path) else { throw .alreadyRunning(path: path) }
        unlink(path)
        do throws(UnixSocket.Failure) {
            return try UnixSocket.listen(at: path)
        } catch {
            throw .cannotListen(path: path, reason: systemMessage(error.number))
        }
    }
}

/// Answers a stranger and hangs up.
private final class RefusedPeer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let answer = "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)))
            .whenComplete { _ in channel.close(mode: .output, promise: nil) }
        // Not closed in full at once: a client that is still sending would get an error in place of the answer.
        let timer = context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
