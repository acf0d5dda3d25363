import Glibc
import NIOCore
import NIOPosix

/// One side of a pair of connections: what it reads, its partner writes.
///
/// A side reads only while its partner can write, so a pair never holds more than a few buffers whatever passes
/// through. The end of what one side sends becomes the end of what the other side is sent (half-close), after all that
/// came before it; a reset becomes a reset. Both sides live on one event loop.
final class RelayHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias LoopBound = NIOLoopBound<RelayHandler>

    /// How long the rest of a dead side's bytes may take to be written to its partner.
    private static let lingerTime = TimeAmount.seconds(30)

    private(set) var context: ChannelHandlerContext?
    var partner: RelayHandler?
    /// A read that waits: for the pair to be made, or for the partner to be writable again.
    private var readIsWaiting = false
    /// What arrived before the pair was made: only at the client's early end of sending, which the system reports
    /// together with all bytes before it.
    private var early: [ByteBuffer] = []
    private(set) var inputEnded = false
    private var wasReset = false
    private var isBackend = false
    let silences: SilenceWatch
    private(set) var lastRead = NIODeadline.now()
    /// When nothing more for this side was to come, and when all of it was written; nil before.
    private var outputEnding = NIODeadline.now()
    private var outputEnded: NIODeadline?

    // What only the client's side has.
    let state: BalancerState?
    /// The backend of the pair.
    var lane: BackendLane?
    var speech = Speech.unknown
    /// Whether the client has said something since the backend spoke last, and whether the backend ever did.
    private(set) var awaitsAnswer = false
    private(set) var hasAnswered = false

    /// - Parameters:
    ///   - silences: The watch of the event loop that both sides are on.
    ///   - state: What the client's side finds another backend with; nil for a backend's side.
    init(_ silences: SilenceWatch, state: BalancerState? = nil) {
        self.silences = silences
        self.state = state
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isWritable = false
        partner = nil
    }

    /// Makes the pair and lets the bytes flow.
    func pair(with other: RelayHandler, on lane: BackendLane) {
        partner = other
        self.lane = lane
        other.partner = self
        other.isBackend = true
        start()
        other.start()
        // The drain may have begun while the connection was made.
        if lane.isLeaving { watchForRest() }
    }

    /// Ends a backend's side that has nothing more to say to its client.
    func leave() {
        partner = nil
        context?.close(promise: nil)
    }

    private func start() {
        for buffer in early { partner?.write(buffer) }
        early = []
        partner?.context?.flush()
        if inputEnded { passEnd() }
        readAgain()
    }

    /// Tells the partner that nothing more comes.
    private func passEnd() {
        partner?.endOutput()
        // A backend that waits for its client's end is seen no different from one that has gone. One that works on
        // an answer to a client which has ended its sending may take its time.
        if isBackend { silences.add(self) }
    }

    /// Ends the pair when the client has sent nothing for `time` since its backend ended: nobody may be left to hear it.
    func endSilentClient(after time: TimeAmount, now: NIODeadline) {
        guard let context, let client = partner else { return silences.remove(self) }
        if client.lastActive(time) + time <= now { context.close(promise: nil) }
    }

    // MARK: What this side reads

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastRead = .now()
        let buffer = unwrapInboundIn(data)
        if isBackend {
            partner?.answered(buffer)
        } else if !awaitsAnswer {
            if partner != nil, startsElsewhere(buffer) { moveAway(context) }
            awaitsAnswer = true
        }
        if let partner { partner.write(buffer) } else { early.append(buffer) }
    }

    private func answered(_ buffer: ByteBuffer) {
        if awaitsAnswer, speech == .http, HTTPRequestStart.isSwitch(buffer) { speech = .opaque }
        awaitsAnswer = false
        hasAnswered = true
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            inputEnded = true
            passEnd()
        } else if event is DrainBegan {
            watchForRest()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        wasReset = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let other = partner
        partner = nil
        if isBackend, inputEnded { silences.remove(self) }
        other?.partnerEnded(reset: wasReset)
        context.fireChannelInactive()
    }

    // MARK: When this side reads

    func read(context: ChannelHandlerContext) {
        if partner?.isWritable == true {
            context.read()
        } else {
            readIsWaiting = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { partner?.readAgain() }
        context.fireChannelWritabilityChanged()
    }

    /// When something moved last: bytes that this side sent, or the end that it was given.
    ///
    /// One that has not taken all that was sent to it may be slow, and gets ten times as long.
    private func lastActive(_ time: TimeAmount) -> NIODeadline {
        max(lastRead, outputEnded ?? outputEnding + TimeAmount.nanoseconds(9 * time.nanoseconds))
    }

    /// As the channel told last.
    private var isWritable = false

    private func readAgain() {
        guard readIsWaiting, partner?.isWritable == true else { return }
        readIsWaiting = false
        context?.read()
    }

    // MARK: What the partner asks for

    private func write(_ buffer: ByteBuffer) {
        context?.write(wrapOutboundOut(buffer), promise: nil)
    }

    /// Ends this side's sending once everything before it is written.
    private func endOutput() {
        guard let context else { return }
        outputEnding = .now()
        guard holdsOutput else {
            outputEnded = outputEnding
            return context.close(mode: .output, promise: nil)
        }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        afterPendingWrites {
            this.value.outputEnded = .now()
            $0.close(mode: .output, promise: nil)
        }
    }

    private func partnerEnded(reset: Bool) {
        partner = nil
        guard let context else { return }
        if reset, let options = context.channel as? any SocketOptionProvider {
            // Without this the reset of one side would look like an orderly end to the other.
            _ = options.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        guard holdsOutput else { return context.close(promise: nil) }
        let channel = context.channel
        let timer = context.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
        afterPendingWrites { $0.close(promise: nil) }
    }

    private func afterPendingWrites(_ action: @escaping @Sendable (any Channel) -> Void) {
        guard let context else { return }
        let channel = context.channel
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in action(channel) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    /// Whether a part of what this side was given to send still waits to be taken.
    var holdsOutput: Bool {
        let waiting = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return (waiting ?? 0) > 0
    }
}
