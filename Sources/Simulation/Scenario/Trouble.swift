import Drivers

/// One thing that goes wrong during an act; times are counted from its start.
package enum Trouble: Sendable {
    /// Instead of its `effect`-th effect the process dies; `after`: once that is carried out and before it hears of it.
    case crash(effect: Int, after: Bool)
    /// The same on another host: nobody can tell that it is gone, and its lock stays until somebody breaks it.
    case hostLoss(effect: Int, after: Bool)
    /// What the cluster makes of an operation.
    case driver(SimulatedFault, FaultKind)
    case duplicate(nth: Int, after: Duration)
    /// The `nth` call reaches the cluster so much later, or takes so much longer there; `dies`: and the process dies with
    /// the next effect.
    case lateArrival(nth: Int, after: Duration, isUnderWay: Bool = false, dies: Bool = false)
    case staleRead(by: Duration)
    case slowWatch(by: Duration)
    case watchBreak(at: Duration)
    /// The first so many looks at the cluster fail.
    case unreachable(looks: Int)
    /// The `write`-th call of the store fails, and so do those after it as long as `count` says.
    case store(write: Int, count: Int, isDone: Bool)
    case sickness(BehaviourRule)
    case instanceCrash(at: Duration, pick: Int)
    case nodeLoss(at: Duration, node: Int, back: Duration)
    /// Another command meanwhile; `dies`: instead of its so-manieth effect that process dies as well.
    case second(at: Duration, Command, dies: Int? = nil)
    /// The process stands still after its `effect`-th effect, or before it carries that out, and its lock is broken: at
    /// once, or by somebody who minds how long it has shown no sign of life.
    case takeover(effect: Int, pause: Duration, Command, isBefore: Bool = false, isMinded: Bool = false)
    case liveEdit(at: Duration, LiveEditKind, pick: Int)
    case interrupt(at: Duration, again: Duration?)
    case driverLost(at: Duration)

    package var kind: FaultKind {
        switch self {
        case .crash: .crash
        case .hostLoss: .hostLoss
        case .lateArrival: .lateArrival
        case .driver(_, let kind): kind
        case .duplicate: .duplicate
        case .staleRead: .staleRead
        case .slowWatch: .slowWatch
        case .watchBreak: .watchBreak
        case .unreachable: .unreachable
        case .store(_, _, let isDone): isDone ? .storeLost : .storeError
        case .sickness: .sickness
        case .instanceCrash: .instanceCrash
        case .nodeLoss: .nodeLoss
        case .second: .second
        case .takeover: .takeover
        case .liveEdit: .liveEdit
        case .interrupt: .interrupt
        case .driverLost: .driverLost
        }
    }
}

/// What somebody does to the cluster by hand.
package enum LiveEditKind: String, Sendable, CaseIterable {
    case removeObject
    case removeInstance
    case removeService
    case scale
}
