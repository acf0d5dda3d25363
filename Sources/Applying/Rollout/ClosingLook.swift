/// The look at the service that ends its time of watching.
///
/// A watch tells of changes: that it told of none is no word that all is well, since the driver may be silent. So at the
/// end of the time it is asked, and only its answer to that counts. Until it comes the time goes on.
struct ClosingLook: Sendable {
    /// When the driver was asked; nil: it has answered, or was not asked yet.
    private var askedAt: Duration?
    /// When the last question was asked that it answered.
    private var shownAt: Duration?
    private var needsPause = false
    private var isPausing = false

    /// How long to wait before a driver is asked again that did not answer.
    private static let pause = Duration.seconds(1)

    /// Whether the driver has shown the service as it was at this time or later.
    func shows(_ time: Duration) -> Bool { shownAt.map { $0 >= time } ?? false }

    /// Asks the driver, unless it has been asked already.
    mutating func commands(_ service: String, now: Duration) -> [StepCommand] {
        if needsPause {
            needsPause = false
            isPausing = true
            return [.wake(.look, after: Self.pause)]
        }
        guard askedAt == nil, !isPausing else { return [] }
        askedAt = now
        return [.look(service)]
    }

    mutating func answered() {
        shownAt = askedAt ?? shownAt
        askedAt = nil
    }

    mutating func failed() {
        guard askedAt != nil else { return }
        askedAt = nil
        needsPause = true
    }

    mutating func retry() { isPausing = false }
}
