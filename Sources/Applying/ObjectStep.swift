import Drivers
import Plans
import ResourceModel
import StateStores

/// A step without instances: operations one after the other, each recorded before the next.
///
/// Networks, volumes, secrets and configs, the removal of a service, and steps that change only the record.
struct ObjectStep: StepMachine {
    private enum Stage {
        case waiting
        case operating
        case timedOut
        case failed(DriverError)
        case interrupted
        case ended
    }

    var task: StepTask
    private let resource: Resource?
    private var remaining: [ObjectOperation]
    private var current: ObjectOperation?
    private var stage = Stage.waiting
    private var lastProgress: Duration = .zero
    private var holdsPermit = false
    private var isArmed = false
    private var shouldArm = false
    /// Whether an interrupt gave the removal under way a last while.
    private var hurries = false
    private var isHurried = false
    /// Why the operation under way is tried again.
    private var trouble: String?
    private var toldTrouble: String?

    /// How long a removal may go on after an interrupt: somebody may hold what is to go for a minute.
    private static let patience = Duration.seconds(2)

    /// - Parameter resource: What the step makes; what it removes where it makes nothing.
    init(task: StepTask, resource: Resource?) {
        self.task = task
        self.resource = resource
        remaining = ObjectOperation.sequence(task: task, resource: resource)
    }

    mutating func advance(now: Duration, budget: inout ChangeBudget) -> [StepCommand] {
        switch stage {
        case .waiting:
            guard let next = remaining.first else { return end(.done) }
            guard holdsPermit || budget.take(task.step.id) else { return [] }
            holdsPermit = true
            remaining.removeFirst()
            current = next
            stage = .operating
            lastProgress = now
            return operate(next) + arm(after: task.timeout)
        case .operating:
            var commands: [StepCommand] = []
            if let trouble, trouble != toldTrouble, let activity = current?.activity {
                toldTrouble = trouble
                commands.append(.status(StepStatus(activity: activity, trouble: trouble)))
            }
            if hurries, !isHurried {
                isHurried = true
                commands.append(.wake(.delay, after: Self.patience))
            }
            guard shouldArm else { return commands }
            shouldArm = false
            return commands + [.wake(.deadline, after: lastProgress + task.timeout - now)]
        case .failed(let error): return end(.failed(message: error.message, help: error.help, logs: []))
        case .timedOut:
            let message = "the driver did not answer within \(task.timeout.text)\(trouble.map { ": \($0)" } ?? "")"
            return end(.timedOut(message: message, logs: []))
        case .interrupted: return end(.interrupted(message: "interrupted while it was being removed"))
        case .ended: return []
        }
    }

    private mutating func operate(_ operation: ObjectOperation) -> [StepCommand] {
        let id = task.nextOperationID()
        let fingerprint =
            task.step.afterFingerprint ?? task.step.beforeFingerprint ?? task.record?.fingerprint
            ?? Fingerprint(text: "")
        let step = StepOperation(id: id, text: operation.text, action: operation.action, fingerprint: fingerprint)
        return [.status(StepStatus(activity: operation.activity)), .operate(step)]
    }

    private mutating func arm(after time: Duration) -> [StepCommand] {
        guard !isArmed else { return [] }
        isArmed = true
        return [.wake(.deadline, after: time)]
    }

    private mutating func end(_ result: StepResult) -> [StepCommand] {
        stage = .ended
        return [.finish(result, [])]
    }

    mutating func performed(_ id: String, _ result: Result<OperationResult, DriverError>) -> OutcomeDecision {
        switch result {
        case .failure(let error):
            stage = .failed(error)
            return .record([])
        case .success(let result):
            let changes = current?.changes(task: task, resource: resource, bindings: result.bindings) ?? []
            for case .remove in changes { task.record = nil }
            return .record(changes)
        }
    }

    mutating func settled(_ id: String, now: Duration) {
        lastProgress = now
        (trouble, toldTrouble) = (nil, nil)
        if case .operating = stage { stage = .waiting }
    }

    mutating func stalled(_ error: DriverError, now: Duration) { trouble = error.message }

    mutating func woke(_ wake: StepWake, now: Duration) {
        guard case .operating = stage else { return }
        if wake == .delay, hurries { stage = .interrupted }
        guard wake == .deadline else { return }
        if now >= lastProgress + task.timeout { stage = .timedOut } else { shouldArm = true }
    }

    /// A step of two operations at most is finished, so that a replaced object is not left missing.
    ///
    /// A removal and nothing else gets some seconds: the next apply finds out whether it was done.
    mutating func drain(_ reason: DrainReason) {
        guard case .interrupted = reason else { return }
        hurries = task.step.action == .delete || task.step.action == .retire
    }
}
