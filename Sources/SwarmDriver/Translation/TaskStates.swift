import ResourceModel

/// The states of the engine's tasks, and what they mean for an instance.
///
/// A task goes one way, from `new` to one of the ends; its desired state says how far it may go. A task with a health
/// check is not `running` before the check succeeded.
package enum TaskState: String, Sendable, Hashable, Comparable, CaseIterable {
    case new
    /// Of the API, but no engine tells it.
    case allocated
    case pending
    case assigned
    case accepted
    case preparing
    case ready
    case starting
    case running
    case complete
    case shutdown
    case failed
    case rejected
    case remove
    case orphaned

    /// The order in which a task passes through them.
    private var rank: Int {
        switch self {
        case .new: 0
        case .allocated, .pending: 1
        case .assigned: 2
        case .accepted: 3
        case .preparing: 4
        case .ready: 5
        case .starting: 6
        case .running: 7
        case .complete: 8
        case .shutdown: 9
        case .failed: 10
        case .rejected: 11
        case .remove: 12
        case .orphaned: 13
        }
    }

    package static func < (lhs: TaskState, rhs: TaskState) -> Bool { lhs.rank < rhs.rank }

    /// Whether the task never moves again.
    package var isEnd: Bool { self > .running }
    /// Whether it ended, and not because it was told to.
    package var isOwnEnd: Bool { self == .complete || self == .failed || self == .rejected }
}

/// One task as the engine tells of it, with what instances are made from.
struct EngineTask: Sendable, Hashable {
    var id: String
    var slot: Int
    var node: String
    var state: TaskState
    var desired: TaskState
    var template: String
    /// What the engine says of the state; mostly of its progress.
    var message: String
    /// What went wrong.
    var error: String
    var exitCode: Int?
    var hasContainer: Bool
    var createdAt: String
    /// Since when it is in its state, in milliseconds since 1970.
    var since: Int64?
    var version: Int64
    var jobIteration: Int64?
    /// Host ports that the task has now.
    var ports: [CanonicalValue]

    /// Nil for what is no task of a service.
    init?(_ json: CanonicalValue) {
        guard let id = json["ID"]?.string, let state = json.at("Status", "State")?.string.flatMap(TaskState.init) else {
            return nil
        }
        self.id = id
        self.state = state
        jobIteration = json.at("JobIteration").map { $0["Index"]?.wholeNumber ?? 0 }
        // Jobs count their slots from zero.
        slot = Int(json["Slot"]?.wholeNumber ?? 0) &+ (jobIteration == nil ? 0 : 1)
        node = json["NodeID"]?.string ?? ""
        desired = json["DesiredState"]?.string.flatMap(TaskState.init) ?? .running
        template = json.at("Spec", "ContainerSpec", "Labels")?[OwnershipLabels.templateKey]?.string ?? ""
        message = json.at("Status", "Message")?.string ?? ""
        error = json.at("Status", "Err")?.string ?? ""
        let container = json.at("Status", "ContainerStatus")
        hasContainer = container?["ContainerID"]?.string?.isEmpty == false
        exitCode = container.flatMap { $0["ExitCode"]?.wholeNumber ?? 0 }.map { Int($0) }
        createdAt = json["CreatedAt"]?.string ?? ""
        version = json.at("Version", "Index")?.wholeNumber ?? 0
        since = json.at("Status", "Timestamp")?.string.flatMap(EngineTime.milliseconds)
        ports = json.at("Status", "PortStatus", "Ports")?.array ?? []
    }

    /// Whether the cluster means it to be there: to run, to get ready, or to complete.
    var isWanted: Bool { desired <= .complete }
    /// Whether something of it is there that still has to stop.
    var isStopping: Bool { !isWanted && !state.isEnd && state >= .assigned }
    /// The newer of two tasks of one slot: by creation, then by the last change.
    func isNewer(than other: EngineTask) -> Bool {
        (createdAt, version, id) > (other.createdAt, other.version, other.id)
    }
}
