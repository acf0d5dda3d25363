import NIOCore

/// How a client's connection leaves a backend that drains, without losing a request.
///
/// - HTTP/1 on a connection that stays open: the next request goes to another backend. A client sends it after it has
///   the whole answer to the one before, so nothing is outstanding on the old connection, which is closed. The client
///   does not notice. Not so after `101 Switching Protocols`, nor for anything that does not begin as HTTP/1 does.
/// - Nothing was said yet by either side: the connection goes to another backend at once.
/// - Any other connection that rests, with an answer given and nothing asked since, is closed after `LoadBalancer.restTime`.
/// - With a question open the connection stays; the backend may answer until it is stopped, and while it stops.
extension RelayHandler {
    /// What is spoken on a connection, as far as it is known.
    enum Speech {
        case unknown
        case http
        /// Nothing that the relay understands: bytes in their order, to one backend.
        case opaque
    }

    /// Looks at what a client says when nothing of it is unanswered.
    ///
    /// - Returns: Whether the connection has to find another backend for it.
    func startsElsewhere(_ buffer: ByteBuffer) -> Bool {
        if speech == .unknown { speech = HTTPRequestStart.begins(buffer) ? .http : .opaque }
        guard speech == .http, let lane, lane.isLeaving, let state, state.hasBackend, !inputEnded else { return false }
        return HTTPRequestStart.begins(buffer)
    }

    /// Gives the backend up; what the client says waits until there is another one.
    func moveAway(_ context: ChannelHandlerContext) {
        guard let state else { return }
        let old = partner
        partner = nil
        lane = nil
        old?.leave()
        let connector = BackendConnector(self, state)
        do {
            try context.pipeline.syncOperations.addHandler(connector, position: .after(self))
        } catch {
            context.close(promise: nil)
        }
    }

    /// Looks for the moment in which a connection to a leaving backend can end.
    func watchForRest() {
        guard let context, let state, let lane, lane.isLeaving, let backend = partner else { return }
        if !awaitsAnswer, !hasAnswered, speech == .unknown {
            if state.hasBackend, !inputEnded { moveAway(context) }
            return
        }
        let rest = max(lastRead, backend.lastRead) + state.restTime - .now()
        if !awaitsAnswer, rest <= .zero, !holdsOutput { return context.close(promise: nil) }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let delay = rest > .zero ? rest : state.restTime
        context.eventLoop.scheduleTask(in: delay) {
            // It may have moved meanwhile.
            if this.value.lane === lane { this.value.watchForRest() }
        }
    }
}
