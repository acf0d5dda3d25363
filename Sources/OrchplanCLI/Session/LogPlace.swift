import Drivers

/// How far one instance's output was told.
///
/// Times alone do not do for going on after a break: several lines may have one. So those of the last time are counted.
struct LogPlace: Sendable {
    /// The time of the last line that was told; nil: none was.
    private(set) var time: String?
    /// How many lines with that very time were told: a fast printer has several.
    private var count = 0
    /// How many of those are still to come again.
    private var skipped = 0

    /// To be called before lines are asked for again, from `time` on.
    mutating func resume() { skipped = count }

    /// Notes a line; false for one that was told before.
    mutating func isNew(_ line: InstanceLine) -> Bool {
        guard line.time == time else {
            (time, count, skipped) = (line.time, 1, 0)
            return true
        }
        if skipped > 0 {
            skipped -= 1
            return false
        }
        count += 1
        return true
    }
}
