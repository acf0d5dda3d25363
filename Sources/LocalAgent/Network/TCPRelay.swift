import Glibc
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
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: isShared ? 1 : 0)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard state.register(channel) else { throw ChannelError.ioOnClosedChannel }
                    let relay = RelayHandler(halfClosedTime: state.halfClosedTime, state: state)
                    try channel.pipeline.syncOperations.addHandlers([relay, BackendConnector(relay, state)])
                }
            }
            .bind(to: address)
            .get()
    }

    /// Connects to a backend on the client's own event loop, so that the two sides need no lock between them.
    ///
    /// - Returns: the backend's side of the pair; it reads nothing before it is paired.
    static func connect(
        to backend: Backend,
        on loop: any EventLoop,
        halfClosedTime: TimeAmount
    ) -> EventLoopFuture<any Channel> {
        let address: SocketAddress
        do {
            address = try SocketAddress(ipAddress: backend.address, port: backend.port)
        } catch {
            return loop.makeFailedFuture(error)
        }
        return ClientBootstrap(group: loop)
            .connectTimeout(connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RelayHandler(halfClosedTime: halfClosedTime))
                }
            }
            .connect(to: address)
    }
}

extension NIOBSDSocket.Option {
    /// Whether another socket of this user may bind the same port, where it says the same.
    static let reusePort = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)
}
