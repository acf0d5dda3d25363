import Drivers
import Plans
import ResourceModel
import StateStores

/// A service whose instances the apply machine starts and stops itself.
///
/// Define the service, then walk through the waves of the rollout; on failure do what the policy says. The service's
/// record is written when the step has converged, together with the outcome of the definition: a crash in between
/// leaves the old record and a mix of instances that the next plan sees.
struct ServiceStep: RolloutStep {
    enum Phase: Sendable, Equatable {
        case waiting
        case removing
        case removed
        case defining
        case defined
        case rolling
        case monitoring(until: Duration)
        /// The time of watching was over then; the driver is asked what it came to.
        case monitored(at: Duration)
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
    var look = ClosingLook()
    var lastStatus: StepStatus?
    /// Instances that serve, as last seen; nil: not looked yet.
    var serving: Int?
    /// Instances that run, as last seen.
    var running: [String] = []

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

    mutating func performed(_ id: String, _ result: Result<OperationResult, DriverError>) -> OutcomeDecision {
        watch.heard()
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
            case .removing: return .record(recordRemoved())
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

    mutating func observed(_ service: ObservedService?, now: Duration) { take(service, isLook: false, now: now) }

    mutating func looked(_ service: ObservedService?, now: Duration) {
        look.answered()
        take(service, isLook: true, now: now)
    }

    private mutating func take(_ service: ObservedService?, isLook: Bool, now: Duration) {
        watch.heard()
        running = service?.instances.filter { $0.phase == .running || $0.phase == .starting }.map(\.id) ?? []
        serving = service?.instances.count(where: \.isHealthy) ?? 0
        keepRuns(service)
        if tracker.observe(service, isLook: isLook, now: now) { deadline.progress(now) }
    }

    /// What stays of a job is waited for like what is started: an apply that was interrupted may have started it, and
    /// nobody has seen it end.
    private mutating func keepRuns(_ service: ObservedService?) {
        guard rollout.isJob, rollout.kept > 0, !isRollingBack else { return }
        let leaving = rollout.removals.map(\.id) + rollout.replacements.flatMap(\.old)
        for instance in service?.instances ?? []
        where instance.template == rollout.template && !leaving.contains(instance.id) { tracker.keep(instance.id) }
    }

    /// Whether everything has ended that stays of a job.
    var areKeptRunsOver: Bool { !rollout.isJob || isRollingBack || tracker.keptHealthy >= rollout.kept }

    var isOnlyWatched: Bool {
        // Of a driver that is silent nobody knows whether there is nothing to do but to watch.
        guard case .monitoring = phase, !isRollingBack, ending == nil, watch.silence == nil else { return false }
        return wave + 1 >= waves.count && waves[wave].isHealthy(tracker)
    }

    var isOver: Bool { phase == .ended }

    var isUnseen: Bool {
        if case .monitored(let time) = phase { !look.shows(time) } else { false }
    }

    var isWaitingByPolicy: Bool {
        switch phase {
        case .monitoring, .delaying: true
        default: false
        }
    }
}
