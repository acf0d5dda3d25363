import ResourceModel

extension Timestamp {
    /// To the minute, in UTC, for tables: `2026-11-21 06:42`.
    var minute: String {
        let text = self.text
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    /// The time from `earlier` to this moment; never negative, whatever the clocks say.
    func since(_ earlier: Timestamp) -> Duration {
        let (time, overflows) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflows ? 0 : max(0, time))
    }
}
