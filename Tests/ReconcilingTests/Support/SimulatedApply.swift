import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

/// The record of a simulated project, which outlives its loops.
struct SimulatedRecord {
    var state = RecordedState(
        project: "shop",
        lineage: "lineage",
        serial: 0,
        key: ProjectKey(bytes: Array(repeating: 7, count: 32))
    )
    var operations: [String: OperationRecord] = [:]
    var revisions: [Revision] = []

    var recorded: RecordedState {
        var copy = state
        copy.openOperations = operations.values.filter(\.outcome.isOpen).sorted { $0.id < $1.id }
        copy.lastRevision = revisions.count
        return copy
    }

    mutating func apply(_ changes: [RecordChange]) {
        for change in changes {
            switch change {
            case .put(let record):
                state.attempted.remove(record.address)
                state.resources.removeAll { $0.address == record.address }
                state.resources.append(record)
                state.resources.sort { $0.address < $1.address }
            case .remove(let address):
                state.attempted.remove(address)
                state.resources.removeAll { $0.address == address }
            }
        }
    }
}

/// Runs an apply against a simulated cluster in one thread: effects at once, time from event to event.
struct SimulatedApply {
    var cluster: SimulatedCluster
    var record: SimulatedRecord
    /// The process dies instead of carrying out this effect.
    var dies: Int?
    private var due: [(at: Duration, order: Int, event: ApplyEvent)] = []
    private var watched: Set<String> = []
    private var seen = -1
    private var effects = 0

    init(_ cluster: SimulatedCluster, _ record: SimulatedRecord) {
        self.cluster = cluster
        self.record = record
    }

    /// Applies the plan; nil: it died on the way.
    mutating func run(_ plan: Plan) -> ApplyReport? {
        for var open in record.operations.values.filter(\.outcome.isOpen) {
            open.outcome = .done
            record.operations[open.id] = open
        }
        let number = record.revisions.count + 1
        record.revisions.append(
            Revision(
                number: number,
                startedAt: Timestamp(milliseconds: 0),
                author: "loop",
                summary: "",
                plan: "plan\(number)",
                scalings: plan.scalings
            )
        )
        var machine = ApplyMachine(
            ApplyContext(
                plan: plan,
                planDigest: "plan\(number)",
                state: record.recorded,
                revision: number,
                epoch: Timestamp(milliseconds: 0),
                timeout: .seconds(120)
            )
        )
        var report: ApplyReport?
        push(.start, .zero)
        for _ in 0..<100_000 {
            guard let next = [cluster.nextChange, due.map(\.at).min()].compactMap({ $0 }).min() else { break }
            var events = cluster.advance(to: next).map { ApplyEvent.performed($0.0, $0.1) }
            events += due.filter { $0.at <= cluster.now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }.map(\.event)
            due.removeAll { $0.at <= cluster.now }
            if seen != cluster.version {
                seen = cluster.version
                events += watched.sorted().map { .observed($0, cluster.observe($0)) }
            }
            for event in events {
                for effect in machine.handle(event, now: cluster.now) {
                    effects += 1
                    if let dies, effects >= dies { return nil }
                    if case .finish(let ending) = effect { report = ending } else { carryOut(effect) }
                }
            }
            guard let report else { continue }
            record.revisions[number - 1].outcome = RevisionOutcome(report.outcome)
            record.revisions[number - 1].failures = report.failures(of: plan)
            return report
        }
        return nil
    }

    private mutating func push(_ event: ApplyEvent, _ time: Duration) {
        due.append((cluster.now + max(.zero, time), effects * 1000 + due.count, event))
    }

    private mutating func carryOut(_ effect: ApplyEffect) {
        switch effect {
        case .journal(.intent(let operation)):
            record.operations[operation.id] = operation
            if !record.state.resources.contains(where: { $0.address == operation.address }) {
                record.state.attempted.insert(operation.address)
            }
            push(.intentRecorded(operation.id), .milliseconds(1))
        case .perform(let operation): cluster.submit(operation)
        case .journal(.outcome(let operation, let changes)):
            record.operations[operation.id] = operation
            record.apply(changes)
            push(.outcomeRecorded(operation.id), .milliseconds(1))
        case .watch(let service):
            watched.insert(service)
            push(.observed(service, cluster.observe(service)), .zero)
        case .unwatch(let service): watched.remove(service)
        case .look(let service): push(.looked(service, .success(cluster.observe(service))), .zero)
        case .wake(let wake, let time): push(.woke(wake), time)
        case .fetchLogs(let instance): push(.logs(instance: instance, []), .milliseconds(5))
        case .progress, .finish: break
        }
    }
}
