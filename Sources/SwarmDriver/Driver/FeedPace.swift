/// How long to wait until the next look.
struct FeedPace: Sendable, Hashable {
    struct Limits: Sendable, Hashable {
        /// Between looks while something changes.
        var shortest = Duration.milliseconds(200)
        /// The most while somebody waits for a rollout, and where the engine tells nothing.
        var watching = Duration.seconds(1)
        /// The most: tasks of other nodes change without a word.
        var longest = Duration.seconds(5)
        /// The most while the engine does not answer.
        var failing = Duration.seconds(5)
        /// How many looks may fail in a row before those who watch are told.
        var patience = 30
        /// How long they may fail before those who watch are told: an engine that hangs takes long over each.
        var silence = Duration.seconds(10)
    }

    var limits: Limits
    /// Whether somebody waits for a rollout.
    var isWatched = false
    /// Whether the engine's events are followed.
    var isTold = false
    /// Whether an event came during the last look.
    var isAsked = false
    /// Looks in a row that saw nothing new.
    var quietRounds = 0
    /// Looks in a row that failed.
    var failures = 0

    var pause: Duration {
        if isWatched { return min(limits.shortest * (1 + quietRounds / 10), limits.watching) }
        if failures > 0 { return min(growing(failures), limits.failing) }
        if isAsked { return limits.shortest }
        return isTold ? growing(quietRounds) : min(growing(quietRounds), limits.watching)
    }

    /// Twice as long each time, and soon the longest.
    private func growing(_ times: Int) -> Duration {
        times > 5 ? limits.longest : min(limits.shortest * (1 << max(0, times - 1)), limits.longest)
    }
}
