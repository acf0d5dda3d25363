import Glibc
import NIOCore
import NIOPosix

/// How TCP connections come in and go out.
enum TCPRelay {
    /// How long a backend has to take a connection before the next one is tried.
    static let connectTimeout = TimeAmount.seconds(5)

    /// The most event loops that take connections of one port.
    ///
    /// All of them are woken for a connection that comes alone; more would cost more than they bring. Those who come
    /// too late find nothing, which is an ordinary thing and yet fails a check that SwiftNIO has where assertions are
    /// on: there one loop takes all connections of a port.
    static let maximumAcceptors = {
        var count = 4
        assert({ count = 1 }() == ())
        return count
    }()
    private static let backlog: CInt = 4096

    /// Opens one listening socket and lets several event loops take connections from it, each of which keeps its own.
    ///
    /// A connection that were handed from one loop to another would cost two wake-ups of a thread.
    ///
    /// - Returns: a channel for each loop; the port is open until all of them are closed.
    static func listen(
        on address: SocketAddress,
        state: BalancerState,
        group: any EventLoopGroup,
        isShared: Bool
    ) async throws -> [any Channel] {
        let loops = acceptors(of: group)
        let first = try await bootstrap(loops[0], state, isShared: isShared).bind(to: address).get()
        var channels = [first]
        do {
            for loop in loops.dropFirst() {
                let socket = try await duplicate(first)
                channels.append(try await bootstrap(loop, state, isShared: isShared).withBoundSocket(socket).get())
            }
            // A channel made from an open socket has given the queue of that socket a length of its own.
            try await withSocket(of: first) { guard Glibc.listen($0, backlog) == 0 else { throw failure("listen") } }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        return channels
    }

    private static func acceptors(of group: any EventLoopGroup) -> [any EventLoop] {
        let all = Array(group.makeIterator())
        // Where one port's loops end, those of the next one begin.
        let start = group.next()
        let first = all.firstIndex { $0 === start } ?? 0
        return (0..<min(all.count, maximumAcceptors)).map { all[(first + $0) % all.count] }
    }

    private static func bootstrap(_ loop: any EventLoop, _ state: BalancerState, isShared: Bool) -> ServerBootstrap {
        let silences = NIOLoopBoundBox.makeBoxSendingValue(
            SilenceWatch(on: loop, state.halfClosedTime),
            eventLoop: loop
        )
        // What the system lets a connection inherit from its listener is set there: `TCP_NODELAY`, by the bootstrap.
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: isShared ? 1 : 0)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard state.register(channel) else { throw ChannelError.ioOnClosedChannel }
                    try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
                    let relay = RelayHandler(silences.value, state: state)
                    try channel.pipeline.syncOperations.addHandlers([relay, BackendConnector(relay, state)])
                }
            }
    }

    /// The listening socket once more, for another channel to own.
    private static func duplicate(_ channel: any Channel) async throws -> CInt {
        try await withSocket(of: channel) {
            let copy = fcntl($0, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw failure("dup") }
            return copy
        }
    }

    private static func withSocket<Result: Sendable>(
        of channel: any Channel,
        _ body: @escaping @Sendable (CInt) throws -> Result
    ) async throws -> Result {
        try await channel.eventLoop
            .submit {
                try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, body)
            }
            .get() ?? { throw ChannelError.operationUnsupported }()
    }

    private static func failure(_ call: String) -> IOError { IOError(errnoCode: errno, reason: call) }

    /// Connects to a backend on the client's own event loop, so that the two sides need no lock between them.
    ///
    /// A backend on this machine is connected, or has refused, when the call returns.
    ///
    /// - Returns: the backend's side of the pair; it reads nothing before it is paired.
    static func connect(
        to lane: BackendLane,
        on loop: any EventLoop,
        silences: SilenceWatch
    ) -> EventLoopFuture<RelayHandler.LoopBound> {
        guard let address = lane.address else { return loop.makeFailedFuture(ChannelError.unknownLocalAddress) }
        let side = RelayHandler.LoopBound(RelayHandler(silences), eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
                    try channel.pipeline.syncOperations.addHandler(side.value)
                }
            }
        do {
            if let descriptor = try LoopbackConnect.connect(to: address) {
                return bootstrap.withConnectedSocket(descriptor).map { _ in side }
            }
        } catch {
            return loop.makeFailedFuture(error)
        }
        return bootstrap.connectTimeout(connectTimeout)
            .connect(to: address)
            .map { _ in side }
    }
}

extension NIOBSDSocket.Option {
    /// Whether another socket of this user may bind the same port, where it says the same.
    static let reusePort = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)
}
