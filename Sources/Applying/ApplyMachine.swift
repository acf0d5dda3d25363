import Drivers
import Plans
import ResourceModel
import StateStores

/// Carries out a plan: events in, effects out, nothing else.
///
/// The plan decides what happens; the machine knows what has happened so far and which effects that allows. It starts
/// a batch when the one before has converged, and inside a batch every step whose needs hold; a batch of additions starts
/// as soon as the additions before it are only watched any more. Every operation's intent is durable before the driver is
/// called, and its outcome is durable before anything builds on it.
package struct ApplyMachine: Sendable {
    let context: ApplyContext
    var began = Duration.zero
    /// How each step ended; nil: it has not.
    var results: [StepResult?]
    /// The steps under way.
    var machines: [Int: any StepMachine] = [:]
    /// Steps that are over but for the outcome of their deferred operation.
    var concluding: [Int: StepResult] = [:]
    var operations: [String: PendingOperation] = [:]
    var records: [ResourceAddress: RecordedResource]
    /// Which step watches which service.
    var watchers: [String: Int] = [:]
    let batches: [[Int]]
    var batch = 0
    var hasStartedBatch = false
    /// The first batch in which a step did not succeed: no later one starts.
    var failedBatch: Int?
    var budget: ChangeBudget
    var interrupts = 0
    /// The first failure of the store or the loss of the driver: nothing new is started any more.
    var halt: String?
    /// Outcomes that the store refused; whoever runs the machine must show them.
    package internal(set) var unsaved: [UnsavedOutcome] = []
    package internal(set) var isFinished = false
    var effects: [ApplyEffect] = []

    package init(_ context: ApplyContext) {
        self.context = context
        results = Array(repeating: nil, count: context.plan.steps.count)
        var batches = [[Int]](repeating: [], count: context.plan.batchCount)
        for (index, step) in context.plan.steps.enumerated() { batches[max(0, step.batch)].append(index) }
        self.batches = batches
        budget = ChangeBudget(capacity: context.plan.options.batch)
        records = Dictionary(context.state.resources.map { ($0.address, $0) }) { _, last in last }
    }

    /// What to do about an event, in order.
    ///
    /// - Parameter now: Monotonic time since any fixed moment.
    package mutating func handle(_ event: ApplyEvent, now: Duration) -> [ApplyEffect] {
        guard !isFinished else { return [] }
        effects = []
        switch event {
        case .start: start(now)
        case .intentRecorded(let id): intentRecorded(id, now)
        case .performed(let id, let result): performed(id, result, now)
        case .outcomeRecorded(let id): outcomeRecorded(id, now)
        case .storeFailed(let id, let error): storeFailed(id, error, now)
        case .observed(let name, let service):
            tell(watchers[name], now) { $0.observed(service, now: now) }
        case .watchFailed(let name, let error):
            tell(watchers[name], now) { $0.watchFailed(error, now: now) }
        case .looked(let name, .success(let service)):
            tell(watchers[name], now) { $0.looked(service, now: now) }
        case .looked(let name, .failure(let error)):
            tell(watchers[name], now) { $0.lookFailed(error, now: now) }
        case .woke(.retry(let id)): retry(id)
        case .woke(.step(let step, let wake)): tell(step, now) { $0.woke(wake, now: now) }
        case .logs(let instance, let lines):
            for step in machines.keys.sorted() { tell(step, now) { $0.logged(instance: instance, lines) } }
        case .interrupted: interrupted(now)
        case .driverLost(let error): driverLost(error, now)
        }
        if !isFinished {
            feedStarved(now)
            schedule(now)
        }
        return effects
    }

    /// Tells a step something and lets it go on.
    mutating func tell(_ step: Int?, _ now: Duration, _ message: (inout any StepMachine) -> Void) {
        guard let step, var machine = machines[step] else { return }
        message(&machine)
        machines[step] = machine
        advance(step, now)
    }

    mutating func advance(_ step: Int, _ now: Duration) {
        guard var machine = machines[step] else { return }
        let commands = machine.advance(now: now, budget: &budget)
        machines[step] = machine
        for command in commands { carryOut(command, step, now) }
    }

    private mutating func carryOut(_ command: StepCommand, _ step: Int, _ now: Duration) {
        switch command {
        case .operate(let operation): announce(operation, step, now)
        case .watch(let name):
            watchers[name] = step
            effects.append(.watch(name))
        case .unwatch(let name):
            watchers[name] = nil
            effects.append(.unwatch(name))
        case .look(let name): effects.append(.look(name))
        case .wake(let wake, let time): effects.append(.wake(.step(step, wake), after: time))
        case .fetchLogs(let instance): effects.append(.fetchLogs(instance: instance))
        case .status(let status): effects.append(.progress(.stepStatus(step: step, status)))
        case .finish(let result, let changes): finish(step, result, changes, now)
        }
    }

    /// Steps that waited for others to finish changing things.
    private mutating func feedStarved(_ now: Duration) {
        guard budget.hasRoom else { return }
        for step in budget.refused.sorted() where budget.hasRoom { advance(step, now) }
    }
}
