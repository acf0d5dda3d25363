import NIOCore
import NIOPosix

/// Spreads datagrams over the backends, one flow per client address.
///
/// All flows live on the listener's event loop. Replies go back to the client from the address that it sent to. A
/// datagram that cannot be passed on at once (no backend, full buffers) is dropped, as the protocol allows.
final class UDPRelay: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    /// A flow that was quiet for this long ends.
    static let idleTime = TimeAmount.seconds(60)
    /// A flow to a backend that takes nothing new ends after this much quiet.
    static let drainIdleTime = TimeAmount.seconds(2)
    /// The most flows at one time; beyond it the quietest eighth ends.
    static let maximumFlows = 4096
    private static let sweepTime = TimeAmount.seconds(1)

    private let state: BalancerState
    private var flows: [SocketAddress: UDPFlow] = [:]

    init(state: BalancerState) {
        self.state = state
    }

    static func listen(
        on address: SocketAddress,
        state: BalancerState,
        group: any EventLoopGroup,
        isShared: Bool
    ) async throws -> any Channel {
        try await DatagramBootstrap(group: group)
            .channelOption(.socketOption(.reusePort), value: isShared ? 1 : 0)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UDPRelay(state: state))
                }
            }
            .bind(to: address)
            .get()
    }

    func channelActive(context: ChannelHandlerContext) {
        sweepLater(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        for flow in flows.values { flow.end() }
        flows = [:]
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let flow = flows[envelope.remoteAddress] ?? open(for: envelope.remoteAddress, context) else { return }
        flow.send(envelope.data)
    }

    /// An error of the listener is the echo of a reply that a client no longer took: not the others' business.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func open(for client: SocketAddress, _ context: ChannelHandlerContext) -> UDPFlow? {
        if flows.count >= Self.maximumFlows { evict() }
        guard let backend = state.claim()?.backend else { return nil }
        let flow = UDPFlow(backend)
        flows[client] = flow
        let this = NIOLoopBound((self, flow, context), eventLoop: context.eventLoop)
        flow.connect(replyingTo: client, through: context.channel)
            .whenComplete { [state] result in
                let (relay, flow, _) = this.value
                guard case .success(let channel) = result else {
                    state.release(backend.id)
                    return relay.forget(flow, of: client)
                }
                channel.closeFuture.whenComplete { _ in
                    state.release(backend.id)
                    let (relay, flow, _) = this.value
                    relay.forget(flow, of: client)
                }
                flow.established(channel)
            }
        return flow
    }

    private func forget(_ flow: UDPFlow, of client: SocketAddress) {
        if flows[client] === flow { flows[client] = nil }
    }

    private func evict() {
        let quietest = flows.sorted { $0.value.lastUsed < $1.value.lastUsed }.prefix(Self.maximumFlows / 8)
        for (client, flow) in quietest {
            flows[client] = nil
            flow.end()
        }
    }

    private func sweepLater(_ context: ChannelHandlerContext) {
        let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.sweepTime) {
            let (relay, context) = this.value
            guard context.channel.isActive else { return }
            relay.sweep()
            relay.sweepLater(context)
        }
    }

    private func sweep() {
        let now = NIODeadline.now()
        for (client, flow) in flows {
            let limit = state.accepts(flow.backend) ? Self.idleTime : Self.drainIdleTime
            guard now - flow.lastUsed >= limit else { continue }
            flows[client] = nil
            flow.end()
        }
    }
}
