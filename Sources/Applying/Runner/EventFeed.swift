import Drivers

/// Where everything that happens comes together for the apply machine.
///
/// An event that nobody dealt with yet is work, and keeps a simulated clock from moving.
struct EventFeed: Sendable {
    let time: any TimeSource
    private let mailbox = Mailbox<ApplyEvent>()

    init(time: any TimeSource) {
        self.time = time
    }

    func yield(_ event: ApplyEvent) {
        time.workBegan()
        if !mailbox.put([event]) { time.workEnded() }
    }

    /// What has happened since the last look, at least one event; their work is the caller's from then on.
    func next() async -> [ApplyEvent] { await mailbox.take() }

    /// Ends the feed; what was not dealt with is forgotten.
    func close() async {
        mailbox.close()
        for _ in await mailbox.take() { time.workEnded() }
    }
}
