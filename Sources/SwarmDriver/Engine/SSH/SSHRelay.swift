import NIOCore

/// One half of a connection that is passed on: what comes in here goes out at the other half.
///
/// Reads no faster than the other half writes.
final class SSHRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let partner: any Channel
    /// Whether this is the half that belongs to ssh.
    private let isRemote: Bool
    private var hasReceived = false
    /// Called once when this half has ended, with whether it brought anything.
    private let onEnd: (Bool) -> EventLoopFuture<Void>

    private init(partner: any Channel, isRemote: Bool, onEnd: @escaping (Bool) -> EventLoopFuture<Void>) {
        self.partner = partner
        self.isRemote = isRemote
        self.onEnd = onEnd
    }

    /// Joins two channels of one event loop and starts reading from both.
    ///
    /// - Parameter onEnd: Called once when the remote half has ended, with whether it brought anything; the local half
    ///   is closed when what it returns is done.
    static func join(
        _ local: any Channel,
        _ remote: any Channel,
        onEnd: @escaping @Sendable (Bool) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<Void> {
        do {
            let nothing = local.eventLoop.makeSucceededVoidFuture()
            try local.pipeline.syncOperations.addHandler(
                SSHRelay(partner: remote, isRemote: false) { _ in nothing }
            )
            try remote.pipeline.syncOperations.addHandler(SSHRelay(partner: local, isRemote: true, onEnd: onEnd))
        } catch {
            return local.eventLoop.makeFailedFuture(error)
        }
        return remote.setOption(.autoRead, value: true).flatMap { local.setOption(.autoRead, value: true) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasReceived = true
        partner.writeAndFlush(unwrapInboundIn(data), promise: nil)
        if !partner.isWritable { _ = context.channel.setOption(.autoRead, value: false) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        _ = partner.setOption(.autoRead, value: isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let partner = partner
        onEnd(hasReceived).whenComplete { _ in partner.close(promise: nil) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
