/// The kinds of what goes wrong, as `--faults` names them.
package enum FaultKind: String, Sendable, Hashable, CaseIterable {
    /// The process dies just before an effect, or just after it and before it hears of it.
    case crash
    /// The process dies with its host: its lock stays until somebody breaks it.
    case hostLoss = "host-loss"
    /// The driver says no, and nothing was done.
    case driverError = "driver-error"
    /// The driver says no, and it was done.
    case errorButDone = "error-but-done"
    /// It was done, and nobody ever says so.
    case lostAnswer = "lost-answer"
    /// It is never done, and nobody ever says so.
    case hang
    case delay
    /// A call arrives twice.
    case duplicate
    /// A call lies on its way and arrives seconds later, whoever has the lock by then.
    case lateArrival = "late-arrival"
    /// The cluster is read as it was some time ago.
    case staleRead = "stale-read"
    /// A watch tells late.
    case slowWatch = "slow-watch"
    /// A watch ends with an error.
    case watchBreak = "watch-break"
    /// The driver tells and takes nothing for a while, and an instance ends meanwhile.
    case silence
    /// The cluster cannot be read.
    case unreachable
    /// A write of the store fails, and did not happen.
    case storeError = "store-error"
    /// A write of the store fails, and did happen.
    case storeLost = "store-lost"
    /// Instances do not get healthy, or end again and again.
    case sickness
    /// The process of an instance is killed.
    case instanceCrash = "instance-crash"
    /// A node leaves, and comes back.
    case nodeLoss = "node-loss"
    /// A second apply at the same time.
    case second
    /// The process stands still in the middle of an effect, somebody breaks its lock and applies, and then it goes on.
    case takeover
    /// Somebody changes the cluster by hand.
    case liveEdit = "live-edit"
    /// Ctrl-C, once or twice.
    case interrupt
    /// The driver is gone for good.
    case driverLost = "driver-lost"
}
