import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

/// An apply against a simulated cluster in one thread: effects are interpreted at once, time jumps from event to event.
struct Simulation {
    /// The store of the simulation, which outlives a crash of the apply.
    struct Journal {
        var state: RecordedState
        var operations: [String: OperationRecord] = [:]
        var fails: (@Sendable (_ write: Int) -> Bool)?
        var writes = 0
    }

    private struct Due {
        var at: Duration
        var order: Int
        var event: ApplyEvent
    }

    var cluster: SimulatedCluster
    var journal: Journal
    private(set) var machine: ApplyMachine
    private(set) var trace: [String] = []
    private(set) var progress: [ApplyProgress] = []
    private(set) var report: ApplyReport?
    private(set) var effectCount = 0
    /// The fewest healthy instances and the most slots in change that were ever seen.
    private(set) var fewestHealthy: [String: Int] = [:]
    private(set) var mostChanging = 0
    private(set) var problems: [String] = []
    private var due: [Due] = []
    private var order = 0
    private var watched: Set<String> = []
    private var seenVersion = -1
    /// Services that are one change as a whole.
    private let removed: Set<ResourceAddress>
    private let storeTime = Duration.milliseconds(1)
    /// The process dies instead of carrying out this effect.
    var dies: Int?
    /// From when on the driver tells nothing.
    private var deafAt: Duration?
    private var hearsAt: Duration?

    init(plan: Plan, cluster: SimulatedCluster, journal: Journal, timeout: Duration = .seconds(600)) {
        self.cluster = cluster
        self.journal = journal
        let context = ApplyContext(
            plan: plan,
            planDigest: "plan\(journal.state.lastRevision + 1)" + String(repeating: "0", count: 8),
            state: journal.state,
            revision: journal.state.lastRevision + 1,
            epoch: Timestamp(milliseconds: 0),
            timeout: timeout
        )
        self.journal.state.lastRevision += 1
        self.journal.state.latestPlans[context.planDigest] = self.journal.state.lastRevision
        removed = Set(plan.steps.filter { $0.action == .delete || $0.action == .replace }.map(\.address))
        machine = ApplyMachine(context)
    }

    /// Lets something happen at a time counted from the start.
    mutating func inject(_ event: ApplyEvent, after time: Duration) { push(event, after: time) }

    /// From a time counted from the start on, no look at the cluster is told any more, for that long or for ever.
    mutating func deafens(after time: Duration, for length: Duration? = nil) {
        deafAt = cluster.now + time
        hearsAt = length.map { cluster.now + time + $0 }
    }

    private var isDeaf: Bool {
        guard let deafAt, cluster.now >= deafAt else { return false }
        return hearsAt.map { cluster.now < $0 } ?? true
    }

    /// What a driver says that does not answer.
    static let silence = DriverError(.unreachable, "the driver is suspended")

    /// Runs to the end, or to its death; nil: it died.
    @discardableResult
    mutating func run() -> ApplyReport? {
        push(.start, after: .zero)
        var steps = 0
        while report == nil, dies.map({ effectCount < $0 }) ?? true {
            steps += 1
            guard steps < 200_000, let next = nextTime else {
                problems.append("the apply hangs at \(cluster.now.text)")
                break
            }
            for (id, result) in cluster.advance(to: next) { handle(.performed(id, result)) }
            let ready = due.filter { $0.at <= cluster.now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
            due.removeAll { $0.at <= cluster.now }
            for item in ready { handle(item.event) }
            report(to: watched)
        }
        return report
    }

    private var nextTime: Duration? {
        let times = [cluster.nextChange, due.map(\.at).min()].compactMap { $0 }
        return times.min()
    }

    private mutating func push(_ event: ApplyEvent, after time: Duration) {
        order += 1
        due.append(Due(at: cluster.now + time, order: order, event: event))
    }

    private mutating func report(to services: Set<String>) {
        guard seenVersion != cluster.version, !isDeaf else { return }
        seenVersion = cluster.version
        look()
        for service in services.sorted() { handle(.observed(service, cluster.observe(service))) }
    }

    private mutating func handle(_ event: ApplyEvent) {
        for effect in machine.handle(event, now: cluster.now) {
            if let dies, effectCount >= dies { return }
            effectCount += 1
            carryOut(effect)
        }
    }

    private mutating func carryOut(_ effect: ApplyEffect) {
        switch effect {
        case .journal(.intent(let record)):
            note("intent \(record.action)")
            guard write() else { return push(.storeFailed(record.id, Self.storeError), after: storeTime) }
            if journal.operations[record.id] != nil { problems.append("operation \(record.id) was announced twice") }
            journal.operations[record.id] = record
            if !journal.state.resources.contains(where: { $0.address == record.address }) {
                journal.state.attempted.insert(record.address)
            }
            push(.intentRecorded(record.id), after: storeTime)
        case .perform(let operation):
            note("perform \(operation.action.kind.rawValue) \(operation.action.target)")
            if journal.operations[operation.id] == nil { problems.append("\(operation.id) was never announced") }
            cluster.submit(operation)
        case .journal(.outcome(let record, let changes)):
            note("outcome \(record.outcome.rawValue) \(record.action)\(changes.isEmpty ? "" : " +record")")
            guard write() else { return push(.storeFailed(record.id, Self.storeError), after: storeTime) }
            journal.operations[record.id] = record
            for change in changes { apply(change) }
            push(.outcomeRecorded(record.id), after: storeTime)
        case .watch(let service):
            watched.insert(service)
            guard !isDeaf else { return }
            push(.observed(service, cluster.observe(service)), after: .zero)
        case .unwatch(let service): watched.remove(service)
        case .look(let service):
            push(.looked(service, isDeaf ? .failure(Self.silence) : .success(cluster.observe(service))), after: .zero)
        case .wake(let wake, let time): push(.woke(wake), after: max(.zero, time))
        case .fetchLogs(let instance):
            push(.logs(instance: instance, ["last words of \(instance.prefix(5))"]), after: .milliseconds(5))
        case .progress(let news): progress.append(news)
        case .finish(let report):
            note("finish")
            self.report = report
        }
    }

    private mutating func write() -> Bool {
        journal.writes += 1
        return !(journal.fails?(journal.writes) ?? false)
    }

    private static let storeError = StateStoreError.io(path: "state", detail: "no space left on device")

    private mutating func apply(_ change: RecordChange) {
        journal.state.serial += 1
        switch change {
        case .put(let record):
            journal.state.attempted.remove(record.address)
            journal.state.resources.removeAll { $0.address == record.address }
            journal.state.resources.append(record)
            journal.state.resources.sort { $0.address < $1.address }
        case .remove(let address):
            journal.state.attempted.remove(address)
            journal.state.resources.removeAll { $0.address == address }
        }
    }

    private mutating func note(_ text: String) { trace.append(text) }

    /// Looks at the cluster for what must never happen.
    private mutating func look() {
        var changing = 0
        for service in cluster.inventory().services where !removed.contains(service.address) {
            let healthy = service.instances.count { $0.isHealthy || $0.phase == .completed }
            let name = service.address.name
            fewestHealthy[name] = min(fewestHealthy[name] ?? healthy, healthy)
            changing += Set(service.instances.filter { !$0.isHealthy && $0.phase != .completed }.map(\.slot)).count
        }
        mostChanging = max(mostChanging, changing)
    }
}

extension Simulation.Journal {
    static func empty(key: [UInt8] = Array(repeating: 7, count: 32)) -> Simulation.Journal {
        Simulation.Journal(
            state: RecordedState(project: "shop", lineage: "lineage", serial: 0, key: ProjectKey(bytes: key))
        )
    }

    var open: [OperationRecord] { operations.values.filter(\.outcome.isOpen).sorted { $0.id < $1.id } }
}
