import NIOCore

/// Finds a backend for a client's connection, then steps aside.
///
/// Nothing is read from the client until a backend has taken the connection; trying another one is therefore always
/// safe. See `LoadBalancer` for when a connection is held.
final class BackendConnector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// How soon backends that refused are tried again while a connection is held.
    private static let retryTime = TimeAmount.milliseconds(100)

    private let relay: RelayHandler
    private let state: BalancerState
    private var tried: Set<Backend> = []
    private var deadline: NIODeadline = .distantFuture
    private var holding: (key: Int, timer: Scheduled<Void>)?

    init(_ relay: RelayHandler, _ state: BalancerState) {
        self.relay = relay
        self.state = state
    }

    /// A connection that has left its backend starts anew.
    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        deadline = .now() + TimeAmount(LoadBalancer.holdTime)
        attempt(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopHolding()
        context.fireChannelInactive()
    }

    private func attempt(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        guard let lane = state.claim(excluding: tried) else { return hold(context) }
        let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        TCPRelay.connect(to: lane, on: context.eventLoop, silences: relay.silences)
            .whenComplete { [state] result in
                let (connector, context) = this.value
                switch result {
                case .success(let side):
                    connector.join(side.value, lane, context)
                case .failure:
                    state.release(lane.backend.id)
                    connector.tried.insert(lane.backend)
                    connector.attempt(context)
                }
            }
    }

    private func join(_ other: RelayHandler, _ lane: BackendLane, _ context: ChannelHandlerContext) {
        guard let channel = other.context?.channel, channel.isActive else {
            // A backend that went in the same moment got nothing yet: the connection can go to another one.
            state.release(lane.backend.id)
            return attempt(context)
        }
        channel.closeFuture.whenComplete { [state] _ in state.release(lane.backend.id) }
        guard context.channel.isActive else { return channel.close(promise: nil) }
        relay.pair(with: other, on: lane)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func hold(_ context: ChannelHandlerContext) {
        tried = []
        guard .now() < deadline else { return context.close(promise: nil) }
        let loop = context.eventLoop
        let this = NIOLoopBound((self, context), eventLoop: loop)
        let wake: @Sendable () -> Void = {
            let (connector, context) = this.value
            guard connector.stopHolding() else { return }
            connector.attempt(context)
        }
        let key = state.hold { loop.execute(wake) }
        holding = (key, loop.scheduleTask(deadline: min(deadline, .now() + Self.retryTime), wake))
    }

    /// Returns whether the connection was held until now.
    @discardableResult
    private func stopHolding() -> Bool {
        guard let held = holding else { return false }
        holding = nil
        held.timer.cancel()
        state.stopHolding(held.key)
        return true
    }
}
