import Drivers
import Plans
import ResourceModel
import StateStores

/// A service whose driver runs the rollout: hand it the definition and watch it to its end.
struct NativeServiceStep: RolloutStep {
    private enum Phase: Sendable, Equatable {
        case waiting
        case removing
        case removed
        case defining
        case defined
        case watching
        case ended
    }

    var task: StepTask
    let rollout: Rollout
    private let resource: Resource
    private let definition: ServiceDefinition
    private var phase = Phase.waiting
    var operation: String?
    private var bindings: SortedMap<String> = [:]
    var ending: StepEnding?
    private var rolledBack: String?
    /// Why the driver began to go back: once it is back it says only that.
    private var backReason: String?
    private var isConverged = false
    /// Until when everything has to stay as good as it is now.
    private var monitoredUntil: Duration?
    private var isMonitoring = false
    /// The instances that are watched since then: what came to be unseen is younger than the time of watching.
    private var monitored: Set<String> = []
    private var updated = 0
    private var mostUpdated = 0
    /// How often the instances that the plan found there had been started again when the step first looked: an earlier
    /// apply saw them stumble, and this one judges what happens while it watches.
    private var restartsBefore: [String: Int]?
    /// Those of them that had failed for good by then: the driver starts others in their place, one after the other.
    private var failedBefore: Set<String> = []
    private var serving: Int?
    private(set) var unhealthyInstance: String?
    /// The last instance of the new definition that was seen to fail.
    private var failing: String?
    private var trouble: String?
    var logs = LogRequest()
    var drained: DrainReason?
    var isStarved = false
    var deadline = StepDeadline()
    var watch = WatchState()
    var look = ClosingLook()
    var lastStatus: StepStatus?

    init(task: StepTask, rollout: Rollout, resource: Resource, definition: ServiceDefinition) {
        self.task = task
        self.rollout = rollout
        self.resource = resource
        self.definition = definition
    }

    var hasStarted: Bool { phase == .watching && ending == nil }

    var isOnlyWatched: Bool { isMonitoring && ending == nil && watch.silence == nil && !isUnseen }
    var isOver: Bool { phase == .ended }
    var isWaitingByPolicy: Bool { isMonitoring && !isUnseen }
    /// Whether the time of watching was seen to be over.
    private(set) var isUnseen = false
    var fingerprint: Fingerprint { task.step.afterFingerprint ?? rollout.template }

    /// Nothing of the service was there before, or nothing is left of it.
    private var isCreation: Bool {
        task.step.before == nil || task.step.action == .replace || task.step.action == .create
    }

    var status: StepStatus {
        let activity: StepActivity = rollout.isJob ? .waitingForCompletion : .waitingForHealth
        let isUpdate = !isCreation && !rollout.isJob
        return StepStatus(
            activity: phase == .watching ? (isMonitoring ? .monitoring : activity) : .updating,
            updated: isUpdate ? updated : nil,
            ready: isUpdate ? serving : updated,
            total: rollout.desiredReplicas,
            trouble: trouble
        )
    }

    mutating func judge(now: Duration) {
        guard let drained, ending == nil else { return }
        ending = drained.ending("interrupted; the cluster goes on with the rollout")
    }

    mutating func move(now: Duration, budget: inout ChangeBudget, _ commands: inout [StepCommand]) -> Bool {
        if ending != nil || rolledBack != nil || isConverged { return conclude(&commands) }
        switch phase {
        case .waiting:
            guard budget.take(task.step.id) else { return false }
            deadline.progress(now)
            guard task.step.action == .replace else { return define(&commands) }
            phase = .removing
            return remove(&commands)
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
                // What is only watched any more is not changing.
                budget.release(task.step.id)
                return false
            }
            guard !isMonitoring || look.shows(monitoredUntil) else {
                if !isUnseen { deadline.progress(lastHeard(now)) }
                isUnseen = true
                commands += look.commands(task.address.name, now: now)
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
        watch.heard()
        switch result {
        case .failure(let error):
            if ending == nil { ending = StepEnding(kind: .failed(help: error.help), message: error.message) }
            return .record([])
        case .success(let result):
            if phase == .defining {
                bindings = result.bindings
                return .deferred
            }
            return .record(recordRemoved())
        }
    }

    mutating func settled(_ id: String, now: Duration) {
        guard id == operation else { return }
        operation = nil
        deadline.progress(now)
        if phase == .removing { phase = .removed }
        if phase == .defining { phase = .defined }
    }

    /// The service without the restarts and failures from before the step.
    private mutating func sinceBegun(_ service: ObservedService) -> ObservedService {
        let before: [String: Int]
        if let restartsBefore {
            before = restartsBefore
        } else {
            let found = Set(rollout.replacements.flatMap(\.old))
            let known = service.instances.filter { found.contains($0.id) }
            before = Dictionary(known.map { ($0.id, $0.restarts) }) { first, _ in first }
            restartsBefore = before
            failedBefore = Set(known.filter { $0.phase == .failed }.map(\.id))
        }
        guard !before.isEmpty else { return service }
        var service = service
        service.instances.removeAll { failedBefore.contains($0.id) && $0.phase == .failed }
        for index in service.instances.indices {
            service.instances[index].restarts -= before[service.instances[index].id] ?? 0
        }
        return service
    }

    private mutating func endMonitoring() {
        monitoredUntil = nil
        isMonitoring = false
        isUnseen = false
    }

    mutating func looked(_ service: ObservedService?, now: Duration) {
        look.answered()
        observed(service, now: now)
    }

    mutating func observed(_ service: ObservedService?, now: Duration) {
        watch.heard()
        guard phase == .watching, ending == nil, rolledBack == nil, !isConverged else { return }
        guard let service else {
            ending = StepEnding(kind: .failed(help: nil), message: "the service disappeared while it was rolled out")
            return
        }
        // What somebody else has made of it may well converge, and is not what was to be applied.
        if let edit = service.edits.first(where: { !definition.spec.leavesToOthers($0.path) }) {
            ending = StepEnding(
                kind: .failed(help: "see with orchplan plan what was changed, then apply again"),
                message: "somebody changed \(edit.shown) in the cluster while it was rolled out"
            )
            return
        }
        let verdict = NativeVerdict(sinceBegun(service), rollout: rollout, isCreation: isCreation)
        // An instance that gets healthy again and again is no progress.
        if verdict.updated > mostUpdated {
            mostUpdated = verdict.updated
            deadline.progress(now)
        }
        updated = verdict.updated
        serving = verdict.serving
        unhealthyInstance = verdict.unhealthy ?? unhealthyInstance
        failing = verdict.failing ?? failing
        trouble = verdict.trouble
        backReason = verdict.backReason ?? backReason
        switch verdict.end {
        case nil: endMonitoring()
        case .converged:
            let time = isCreation ? rollout.additionMonitor : .zero
            if !verdict.present.isSubset(of: monitored) { endMonitoring() }
            monitored = verdict.present
            monitoredUntil = monitoredUntil ?? now + time
        // Once it is back, the driver alone knows which of the new instances failed.
        case .rolledBack(let reason):
            logs.want(failing ?? unhealthyInstance ?? task.address.name)
            rolledBack = backReason ?? reason
        case .paused(let reason):
            logs.want(failing ?? unhealthyInstance ?? task.address.name)
            ending = StepEnding(kind: .paused, message: reason)
        case .failed(let instance, let reason):
            logs.want(instance)
            ending = StepEnding(kind: .failed(help: service.trouble), message: reason)
        }
    }
}
