import Applying
import Plans
import ResourceModel
import StateStores

/// One process: a command from being typed to its end.
struct Run: Sendable {
    enum Phase: Sendable {
        case locking
        case reading
        /// The cluster is told who has the lock.
        case announcing
        case surveying
        /// A plan lies there and is applied later.
        case thinking
        case rereading
        /// The cluster is looked at once more, for what was started since a saved plan was made.
        case comparing
        case resolving
        case beginning
        case applying
        case ending
        case releasing
        case over
    }

    /// How it ended.
    enum Ending: Sendable {
        case nothingToDo
        case refused(String)
        case lockHeld
        case storeFailed(StateStoreError)
        case unreachable
        case finished(ApplyReport)
        case died
    }

    /// What is done with a process, by the number of its effects.
    struct Fate: Sendable {
        var dies: (effect: Int, after: Bool)?
        var pauses: Pause?
        /// It runs on another host: nobody here can tell whether it lives.
        var isAway = false
    }

    /// Stands still at an effect, and somebody breaks its lock and types a command.
    struct Pause: Sendable {
        var effect: Int
        var length: Duration
        var command: Command
        /// It stands still before it carries out the effect, and does that when it wakes up.
        var isBefore: Bool
        /// Its lock is broken when it has shown no sign of life for long, not at once.
        var isMinded: Bool
    }

    let id: Int
    let command: Command
    let lockID: String
    var fate = Fate()
    var phase = Phase.locking
    var ending: Ending?
    var lockDeadline = Duration.zero
    var grant: LockGrant?
    var state: RecordedState?
    /// The cluster knows that it has the lock.
    var hasAnnounced = false
    var plan: Plan?
    var digest = ""
    var revision = 0
    var machine: ApplyMachine?
    var report: ApplyReport?
    /// Writes that wait for the one on its way.
    var journal: [JournalWrite] = []
    var isWriting = false
    var watched: Set<String> = []
    var effects = 0
    var storeCalls = 0
    /// The effect that is being carried out is the last.
    var isDoomed = false
    /// Whether what the store was asked before it died is done all the same.
    var landsAfterDeath = false
    var pausedUntil = Duration.zero
    var knowsFence = false
    var sight = RunSight()

    init(id: Int, command: Command, lockID: String) {
        self.id = id
        self.command = command
        self.lockID = lockID
    }

    var isOver: Bool { phase == .over }
    var isDead: Bool { if case .died? = ending { true } else { false } }

    var endingText: String {
        switch ending {
        case nil: "still running"
        case .nothingToDo?: "no changes"
        case .refused(let why)?: "refused: \(why)"
        case .lockHeld?: "the lock is held"
        case .storeFailed(let error)?: "the store failed: \(error)"
        case .unreachable?: "the cluster does not answer"
        case .finished(let report)?: "\(report.outcome)"
        case .died?: "died"
        }
    }
}
