/// What goes wrong, in one act, with the calls that its first run makes.
struct Weather: Sendable {
    /// The run that it is about.
    var run = -1
    var stores: [(writes: Range<Int>, isDone: Bool)] = []
    /// The kind of each fault that the cluster's options have, in their order.
    var driverKinds: [FaultKind] = []
    var duplicates: [Int: Duration] = [:]
    var latecomers: [Int: (after: Duration, isUnderWay: Bool, dies: Bool)] = [:]
    var performs = 0
    var staleness = Duration.zero
    var watchDelay = Duration.zero
    var failingLooks = 0

    mutating func add(_ trouble: Trouble) {
        switch trouble {
        case .store(let write, let count, let isDone): stores.append((write..<(write + count), isDone))
        case .duplicate(let nth, let after): duplicates[nth] = after
        case .lateArrival(let nth, let after, let isUnderWay, let dies): latecomers[nth] = (after, isUnderWay, dies)
        case .staleRead(let time): staleness = time
        case .slowWatch(let time): watchDelay = time
        case .unreachable(let looks): failingLooks = looks
        default: break
        }
    }
}
