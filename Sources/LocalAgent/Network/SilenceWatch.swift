import NIOCore

/// Ends the connections of one event loop whose backend has hung up and whose client says nothing any more.
///
/// Nearly every such client ends its side at once. So there is one timer for all of them, and none while there are none.
final class SilenceWatch {
    private let loop: any EventLoop
    private let time: TimeAmount
    private var sides: [ObjectIdentifier: RelayHandler] = [:]
    private var isTicking = false

    /// - Parameter time: How long a client may be silent after its backend has ended its sending.
    init(on loop: any EventLoop, _ time: TimeAmount) {
        self.loop = loop
        self.time = time
    }

    /// A watch for each event loop of a group, by the loop.
    static func each(of group: any EventLoopGroup, _ time: TimeAmount) -> [ObjectIdentifier: NIOLoopBoundBox<
        SilenceWatch
    >] {
        let watches = group.makeIterator()
            .map { loop in
                let watch = SilenceWatch(on: loop, time)
                return (ObjectIdentifier(loop), NIOLoopBoundBox.makeBoxSendingValue(watch, eventLoop: loop))
            }
        return Dictionary(watches) { first, _ in first }
    }

    /// Watches the client of a backend's side from now on, until `remove`.
    func add(_ side: RelayHandler) {
        sides[ObjectIdentifier(side)] = side
        if !isTicking { tickLater() }
    }

    func remove(_ side: RelayHandler) {
        sides[ObjectIdentifier(side)] = nil
    }

    private func tickLater() {
        isTicking = true
        let this = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: min(.seconds(1), .nanoseconds(time.nanoseconds / 4))) { this.value.tick() }
    }

    private func tick() {
        isTicking = false
        let now = NIODeadline.now()
        for side in Array(sides.values) { side.endSilentClient(after: time, now: now) }
        if !sides.isEmpty { tickLater() }
    }
}
