import Drivers
import Plans
import ResourceModel
import StateStores

/// A service whose driver runs the rollout: hand it the definition and watch it to its end.
struct NativeServiceStep: StepMachine {
    private enum Phase: Sendable, Equatable {
        case waiting
        case removing
        case removed
        case defining
        case defined
        case watching
        case ended
    }

    private var task: StepTask
    private let rollout: Rollout
    private let resource: Resource
    private let definition: ServiceDefinition
    private var phase = Phase.waiting
    private var operation: String?
    private var bindings: SortedMap<String> = [:]
    private var ending: StepEnding?
    private var rolledBack: String?
    private var isConverged = false
    /// Until when everything has to stay as good as it is now.
    private var monitoredUntil: Duration?
    private var isMonitoring = false
    private var ready = 0
    private var unhealthy: String?
    private var trouble: String?
    private var logs = LogRequest()
    private var drained: DrainReason?
    private var isStarved = false
    private var deadline = StepDeadline()
    private var watch = WatchState()
    private var lastStatus: StepStatus?

    init(task: StepTask, rollout: Rollout, resource: Resource, definition: ServiceDefinition) {
        self.task = task
        self.rollout = rollout
        self.resource = resource
        self.definition = definition
    }

    var hasStarted: Bool { phase == .watching && ending == nil }

    mutating func advance(now: Duration, budget: inout ChangeBudget) -> [StepCommand] {
        guard phase != .ended else { return [] }
        var commands = deadline.arm(now: now, timeout: task.timeout) + watch.commands(task.address.name)
        if let drained, ending == nil {
            ending = drained.ending("interrupted; the cluster goes on with the rollout")
        }
        while phase != .ended, move(now: now, budget: &budget, &commands) {}
        isStarved = budget.isStarved(task.step.id)
        let activity: StepActivity = rollout.isJob ? .waitingForCompletion : .waitingForHealth
        let status = StepStatus(
            activity: phase == .watching ? (isMonitoring ? .monitoring : activity) : .updating,
            ready: ready,
            total: rollout.desiredReplicas,
            trouble: trouble
        )
        if phase != .ended, status != lastStatus {
            lastStatus = status
            commands.append(.status(status))
        }
        return commands
    }

    private mutating func move(
        now: Duration,
        budget: inout ChangeBudget,
        _ commands: inout [StepCommand]
    ) -> Bool {
        if ending != nil || rolledBack != nil || isConverged { return conclude(&commands) }
        switch phase {
        case .waiting:
            guard budget.take(task.step.id) else { return false }
            deadline.progress(now)
            guard task.step.action == .replace else { return define(&commands) }
            phase = .removing
            return operate("remove \(task.address.name)", .removeService(name: task.address.name), &commands)
        case .removed: return define(&commands)
        case .defined:
            phase = .watching
            watch.begin()
            commands += watch.commands(task.address.name)
            return false
        case .watching:
            guard let monitoredUntil else { return false }
            guard now >= monitoredUntil else {
                if !isMonitoring { commands.append(.wake(.monitor, after: monitoredUntil - now)) }
                isMonitoring = true
                return false
            }
            isConverged = true
            return true
        case .removing, .defining, .ended: return false
        }
    }

    private mutating func define(_ commands: inout [StepCommand]) -> Bool {
        phase = .defining
        return operate("define \(task.address.name)", .defineService(definition), &commands)
    }

    private mutating func operate(_ text: String, _ action: OperationAction, _ commands: inout [StepCommand]) -> Bool {
        let id = task.nextOperationID()
        operation = id
        let fingerprint = task.step.afterFingerprint ?? rollout.template
        commands.append(.operate(StepOperation(id: id, text: text, action: action, fingerprint: fingerprint)))
        return false
    }

    private mutating func conclude(_ commands: inout [StepCommand]) -> Bool {
        if phase == .waiting {
            commands.append(.finish(.skipped(drained?.skip ?? .interrupted), []))
            phase = .ended
            return true
        }
        guard operation == nil || ending?.isImmediate == true else { return false }
        commands += logs.commands()
        guard logs.isSettled else { return false }
        commands += watch.end(task.address.name)
        phase = .ended
        if let ending {
            commands.append(.finish(ending.result(logs: logs.lines), []))
        } else if let rolledBack {
            commands.append(.finish(.rolledBack(message: rolledBack, logs: logs.lines), []))
        } else {
            let record = task.recordAfter(resource, bindings: bindings)
            commands.append(.finish(.done, record.map { [.put($0)] } ?? []))
        }
        return true
    }

    mutating func performed(_ id: String, _ result: Result<OperationResult, DriverError>) -> OutcomeDecision {
        switch result {
        case .failure(let error):
            if ending == nil { ending = StepEnding(kind: .failed(help: error.help), message: error.message) }
            return .record([])
        case .success(let result):
            if phase == .defining {
                bindings = result.bindings
                return .deferred
            }
            let change: [RecordChange] = task.record == nil ? [] : [.remove(task.address)]
            task.record = nil
            return .record(change)
        }
    }

    mutating func settled(_ id: String, now: Duration) {
        guard id == operation else { return }
        operation = nil
        deadline.progress(now)
        if phase == .removing { phase = .removed }
        if phase == .defining { phase = .defined }
    }

    mutating func observed(_ service: ObservedService?, now: Duration) {
        guard phase == .watching, ending == nil, rolledBack == nil, !isConverged else { return }
        guard let service else {
            ending = StepEnding(kind: .failed(help: nil), message: "the service disappeared while it was rolled out")
            return
        }
        let isCreation = task.step.before == nil || task.step.action == .replace
        let verdict = NativeVerdict(service, rollout: rollout, isCreation: isCreation)
        if verdict.ready > ready { deadline.progress(now) }
        ready = verdict.ready
        unhealthy = verdict.unhealthy
        trouble = verdict.trouble
        switch verdict.end {
        case nil:
            monitoredUntil = nil
            isMonitoring = false
        case .converged:
            let time = isCreation ? rollout.additionMonitor : .zero
            monitoredUntil = monitoredUntil ?? now + time
        case .rolledBack(let reason):
            logs.want(unhealthy)
            rolledBack = reason
        case .paused(let reason):
            logs.want(unhealthy)
            ending = StepEnding(kind: .paused, message: reason)
        case .failed(let instance, let reason):
            logs.want(instance)
            ending = StepEnding(kind: .failed(help: nil), message: reason)
        }
    }

    mutating func watchFailed(_ error: DriverError, now: Duration) { watch.fail() }

    mutating func woke(_ wake: StepWake, now: Duration) {
        switch wake {
        case .deadline:
            if isStarved || isMonitoring { deadline.progress(now) }
            guard deadline.woke(now: now, timeout: task.timeout) else { return }
            guard ending == nil else {
                ending?.isImmediate = true
                return
            }
            let count = "\(ready) of \(rollout.desiredReplicas) instances \(rollout.isJob ? "completed" : "healthy")"
            let message = "no progress for \(task.timeout.text): \(count)"
            ending = StepEnding(kind: .timedOut, message: message, isImmediate: true)
            logs.want(unhealthy)
        case .logs: logs.giveUp()
        case .watch: watch.retry()
        case .monitor, .delay: break
        }
    }

    mutating func logged(instance: String, _ lines: [String]) { logs.receive(instance, lines) }
    mutating func drain(_ reason: DrainReason) { drained = drained ?? reason }
}
