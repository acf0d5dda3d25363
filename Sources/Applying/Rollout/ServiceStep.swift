import Drivers
import Plans
import ResourceModel
import StateStores

/// A service whose instances the apply machine starts and stops itself.
///
/// Define the service, then walk through the waves of the rollout; on failure do what the policy says. The service's
/// record is written when the step has converged, together with the outcome of the definition: a crash in between
/// leaves the old record and a mix of instances that the next plan sees.
struct ServiceStep: StepMachine {
    enum Phase: Sendable, Equatable {
        case waiting
        case removing
        case removed
        case defining
        case defined
        case rolling
        case monitoring(until: Duration)
        case monitored
        case delaying(until: Duration)
        /// The rollout failed: what is in the air lands before the way back begins.
        case turningBack
        case redefining
        case ended
    }

    var task: StepTask
    let rollout: Rollout
    let resource: Resource
    let definition: ServiceDefinition
    /// What the step goes back to, read from the plan before anything starts.
    let previous: ServiceDefinition?
    var phase = Phase.waiting
    var waves: [Wave]
    var wave = 0
    var tracker: InstanceTracker
    /// The service-wide operation in flight.
    var operation: String?
    var bindings: SortedMap<String> = [:]
    var ending: StepEnding?
    /// The failure that turned the rollout back.
    var turnedBackBy: String?
    var logs = LogRequest()
    var drained: DrainReason?
    var isStarved = false
    var deadline = StepDeadline()
    var watch = WatchState()
    private var lastStatus: StepStatus?

    init(task: StepTask, rollout: Rollout, resource: Resource, definition: ServiceDefinition) {
        self.task = task
        self.rollout = rollout
        self.resource = resource
        self.definition = definition
        if let rollback = rollout.rollback, let old = try? rollback.resource.decoded(Resource.self) {
            previous = ServiceDefinition(old, rollback: rollback)
        } else {
            previous = nil
        }
        waves = Wave.waves(of: rollout)
        let hasPrevious = rollout.rollback != nil || task.step.before != nil
        let isCreation = task.step.action != .update || rollout.isJob || !hasPrevious
        // A job's own limit of attempts decides, where it has one; reaching it is a failed phase.
        let limit = rollout.isJob ? definition.spec.effectiveRestart.maxAttempts : nil
        let attempts = limit.map { $0 + 1 } ?? 3
        tracker = InstanceTracker(
            rule: isCreation ? .creation(maximumRestarts: attempts) : .update(monitor: rollout.policy.monitor),
            isProbed: rollout.isProbed,
            isJob: rollout.isJob
        )
    }

    var isRollingBack: Bool { turnedBackBy != nil }
    var template: Fingerprint { isRollingBack ? (rollout.rollback?.template ?? rollout.template) : rollout.template }
    var fingerprint: Fingerprint {
        let own = task.step.afterFingerprint ?? rollout.template
        return isRollingBack ? (rollout.rollback?.fingerprint ?? own) : own
    }

    var hasStarted: Bool {
        guard !isRollingBack, ending == nil else { return false }
        switch phase {
        case .rolling: return waves.dropFirst(wave + 1).isEmpty && (wave >= waves.count || waves[wave].hasStartedAll)
        case .monitoring, .monitored: return wave + 1 >= waves.count
        default: return false
        }
    }

    mutating func advance(now: Duration, budget: inout ChangeBudget) -> [StepCommand] {
        guard phase != .ended else { return [] }
        var commands = deadline.arm(now: now, timeout: task.timeout) + watch.commands(task.address.name)
        judge(now: now)
        while phase != .ended, move(now: now, budget: &budget, &commands) {}
        isStarved = budget.isStarved(task.step.id)
        let status = status
        if phase != .ended, status != lastStatus {
            lastStatus = status
            commands.append(.status(status))
        }
        return commands
    }

    mutating func performed(_ id: String, _ result: Result<OperationResult, DriverError>) -> OutcomeDecision {
        guard id == operation else {
            guard wave < waves.count, let error = waves[wave].performed(id, result, &tracker) else {
                return .record([])
            }
            end(.failed(help: error.help), error.message)
            return .record([])
        }
        switch result {
        case .failure(let error):
            end(.failed(help: error.help), error.message)
            return .record([])
        case .success(let result):
            switch phase {
            case .removing:
                let change: [RecordChange] = task.record == nil ? [] : [.remove(task.address)]
                task.record = nil
                return .record(change)
            case .defining:
                bindings = result.bindings
                return .deferred
            default: return .record([])
            }
        }
    }

    mutating func settled(_ id: String, now: Duration) {
        deadline.progress(now)
        if id == operation {
            operation = nil
            guard ending == nil else { return }
            switch phase {
            case .removing: phase = .removed
            case .defining: phase = .defined
            case .redefining: phase = .rolling
            default: break
            }
        } else if wave < waves.count {
            _ = waves[wave].settled(id)
        }
    }

    mutating func observed(_ service: ObservedService?, now: Duration) {
        if tracker.observe(service, now: now) { deadline.progress(now) }
    }

    mutating func watchFailed(_ error: DriverError, now: Duration) { watch.fail() }

    mutating func woke(_ wake: StepWake, now: Duration) {
        switch wake {
        case .deadline:
            if isStarved || isWaitingByPolicy { deadline.progress(now) }
            guard deadline.woke(now: now, timeout: task.timeout) else { return }
            guard ending == nil else {
                ending?.isImmediate = true
                return
            }
            ending = StepEnding(kind: .timedOut, message: timeoutMessage, isImmediate: true)
            logs.want(unhealthyInstance)
        case .logs: logs.giveUp()
        case .watch: watch.retry()
        case .monitor, .delay: break
        }
    }

    mutating func logged(instance: String, _ lines: [String]) { logs.receive(instance, lines) }
    mutating func drain(_ reason: DrainReason) { drained = drained ?? reason }

    private var isWaitingByPolicy: Bool {
        switch phase {
        case .monitoring, .delaying: true
        default: false
        }
    }
}
