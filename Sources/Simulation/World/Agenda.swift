import Applying
import Drivers
import ResourceModel
import StateStores

/// What is going to happen, in the order of its time; what is due together comes in the order in which it was put down.
struct Agenda: Sendable {
    private struct Entry: Sendable {
        var at: Duration
        var order: Int
        var event: WorldEvent
    }

    /// The next one is the last.
    private var entries: [Entry] = []
    private var order = 0

    var next: Duration? { entries.last?.at }

    mutating func put(_ event: WorldEvent, at time: Duration) {
        order += 1
        var place = entries.count
        while place > 0, entries[place - 1].at <= time { place -= 1 }
        entries.insert(Entry(at: time, order: order, event: event), at: place)
    }

    mutating func take(until now: Duration) -> WorldEvent? {
        guard let last = entries.last, last.at <= now else { return nil }
        return entries.removeLast().event
    }

    /// Drops what only runs would have heard of.
    mutating func forgetRuns() { entries.removeAll { $0.event.run != nil } }

    /// Whether anything is left that is not about a run.
    var hasOthers: Bool { entries.contains { $0.event.run == nil } }
}

/// Something that happens; indirect, because agendas move their entries about.
indirect enum WorldEvent: Sendable {
    /// Somebody types a command.
    case typed(Command)
    /// The store does what it was asked.
    case commits(run: Int, StoreCall)
    case answers(run: Int, StoreAnswer)
    /// The cluster was looked at; nil: it does not answer.
    case looked(run: Int, Inventory?)
    case tells(run: Int, ApplyEvent)
    /// The process is told how a service is, or was.
    case shows(run: Int, ServiceSight, isAsked: Bool)
    /// The cluster learns who has the lock.
    case announces(run: Int)
    /// It knows; nil: and nothing of an earlier holder is under way.
    case announced(run: Int, DriverError?)
    /// The process shows that it lives.
    case beats(run: Int)
    /// The process wakes up in the middle of an effect.
    case resumes(run: Int, Effect)
    /// The process may try for the lock again.
    case retriesLock(run: Int)
    case strikes(Trouble)
    /// The cluster is told once more what it was told.
    case resubmits(Operation)
    /// A call that lay on its way reaches the cluster.
    case arrives(LateCall)
    case nodeReturns(Int)
    /// Somebody breaks the lock that this run holds.
    case unlocks(holder: Int)
    /// Somebody looks at how long this run, which holds the lock, has shown no sign of life.
    case mindsLock(holder: Int)

    /// What a process was about to do.
    struct Effect: Sendable {
        var body: @Sendable (inout World) -> Void
    }

    var run: Int? {
        switch self {
        case .commits(let run, _), .answers(let run, _), .looked(let run, _), .tells(let run, _), .shows(let run, _, _),
            .retriesLock(let run), .announces(let run), .announced(let run, _), .beats(let run), .resumes(let run, _):
            run
        case .typed, .strikes, .resubmits, .arrives, .nodeReturns, .unlocks, .mindsLock: nil
        }
    }
}

/// What a process asks of the store.
enum StoreCall: Sendable {
    case acquire(LockRequest)
    case snapshot
    case journal([JournalWrite], LockGrant)
    case begin(Revision, LockGrant)
    case end(Int, ApplyReport, LockGrant)
    case release(LockGrant)

    var name: String {
        switch self {
        case .acquire: "take lock"
        case .snapshot: "read record"
        case .journal(let writes, _):
            writes.contains { if case .intent = $0 { true } else { false } } ? "write intents" : "write outcomes"
        case .begin: "begin revision"
        case .end: "end revision"
        case .release: "release lock"
        }
    }
}

/// What the store answers.
enum StoreAnswer: Sendable {
    case acquired(Result<LockGrant, StateStoreError>)
    case snapshot(Result<RecordedState, StateStoreError>)
    case journal([(JournalWrite, Result<Void, StateStoreError>)])
    case begun(Result<Int, StateStoreError>)
    case ended(Result<Void, StateStoreError>)
    case released
}
