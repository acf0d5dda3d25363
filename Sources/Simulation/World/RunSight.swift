import Applying
import ResourceModel

/// What somebody sees who watches a run and the cluster from outside, and knows nothing of the machine's own books.
struct RunSight: Sendable {
    /// Something that changes: one of those of which at most `--batch` may change together.
    enum Thing: Sendable, Hashable {
        case object(ResourceAddress, String)
        case service(String)
        case slot(String, Int)
    }

    /// How often the cluster had been disturbed when the run looked at it.
    var disturbances = 0
    /// How many faults of the driver had struck when it began.
    var struck = 0
    /// The steps that were begun.
    var begun: Set<Int> = []
    /// How each step ended, as the machine tells.
    var results: [Int: StepResult] = [:]
    /// Calls that were made and not answered.
    var calls: [String: Thing] = [:]
    /// Instances that were started and have not been healthy yet.
    var unsettled: [String: Thing] = [:]
    /// Slots that were emptied and are to be filled.
    var emptied: Set<Thing> = []
    /// Slots in which something was started.
    var started: Set<Thing> = []
    /// Whether the store refused to write what it was told.
    var lostJournal = false
    /// When it looked at the cluster.
    var lookedAt = Duration.zero
    /// How each service was when the driver last told of it.
    var views: [String: ServiceSight] = [:]
    /// The instances of each service that it asked for.
    var asked: [String: Set<String>] = [:]
    /// The fewest healthy instances that a service had since the plan was made.
    var fewestHealthy: [String: Int] = [:]

    mutating func letGo(ofService name: String) {
        let isOfIt = { (thing: Thing) in if case .slot(name, _) = thing { true } else { false } }
        emptied = emptied.filter { !isOfIt($0) }
        unsettled = unsettled.filter { !isOfIt($0.value) }
    }

    var changing: Int {
        var things = Set(calls.values)
        things.formUnion(unsettled.values)
        things.formUnion(emptied)
        return things.count
    }
}
