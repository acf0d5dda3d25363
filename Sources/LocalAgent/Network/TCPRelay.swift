import NIOCore
import NIOPosix

/// How TCP connections come in and go out.
enum TCPRelay {
    /// How long a backend has to take a connection before the next one is tried.
    static let connectTimeout = TimeAmount.seconds(5)

    static func listen(
        on address: SocketAddress,
        state: BalancerState,
        group: any EventLoopGroup,
        isShared: Bool
    ) async throws -> any Channel {
        let silences = SilenceWatch.each(of: group, state.halfClosedTime)
        // What the system lets a connection inherit from its listener is set there: `TCP_NODELAY`, by the bootstrap.
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: isShared ? 1 : 0)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let silences = silences[ObjectIdentifier(channel.eventLoop)], state.register(channel) else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
                    let relay = RelayHandler(silences.value, state: state)
                    try channel.pipeline.syncOperations.addHandlers([relay, BackendConnector(relay, state)])
                }
            }
            .bind(to: address)
            .get()
    }

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
