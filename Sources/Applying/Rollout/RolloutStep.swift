import Drivers
import Plans
import ResourceModel
import StateStores

/// A service step, whoever runs the rollout: one definition, a watch, a deadline, and an end that is landed on.
///
/// Here is what does not depend on who starts and stops the instances; a step says how it moves and what it sees.
protocol RolloutStep: StepMachine {
    var rollout: Rollout { get }
    /// What the objects of the next operation are labelled with.
    var fingerprint: Fingerprint { get }
    /// The service-wide operation in flight.
    var operation: String? { get set }
    var ending: StepEnding? { get set }
    var logs: LogRequest { get set }
    var drained: DrainReason? { get set }
    var isStarved: Bool { get set }
    var deadline: StepDeadline { get set }
    var watch: WatchState { get set }
    var look: ClosingLook { get set }
    var lastStatus: StepStatus? { get set }

    var isOver: Bool { get }
    /// Whether it waits because its policy says so, which is no lack of progress.
    var isWaitingByPolicy: Bool { get }
    /// Whether the time of watching is over, and the driver has not shown yet how it ended.
    var isUnseen: Bool { get }
    var status: StepStatus { get }
    /// An instance whose log lines say why nothing moves.
    var unhealthyInstance: String? { get }

    /// Decides whether the rollout goes on.
    mutating func judge(now: Duration)
    /// One move from phase to phase; false when there is nothing to do until something happens.
    mutating func move(now: Duration, budget: inout ChangeBudget, _ commands: inout [StepCommand]) -> Bool
}

extension RolloutStep {
    mutating func advance(now: Duration, budget: inout ChangeBudget) -> [StepCommand] {
        guard !isOver else { return [] }
        var commands = deadline.arm(now: now, timeout: task.timeout) + watch.commands(task.address.name)
        judge(now: now)
        while !isOver, move(now: now, budget: &budget, &commands) {}
        isStarved = budget.isStarved(task.step.id)
        var status = status
        status.trouble = watch.silence?.error.message ?? status.trouble
        status.isSilent = watch.silence != nil
        if !isOver, status != lastStatus {
            lastStatus = status
            commands.append(.status(status))
        }
        return commands
    }

    /// Issues the service-wide operation; there is nothing to do until it is over.
    mutating func operate(_ text: String, _ action: OperationAction, _ commands: inout [StepCommand]) -> Bool {
        let id = task.nextOperationID()
        operation = id
        commands.append(.operate(StepOperation(id: id, text: text, action: action, fingerprint: fingerprint)))
        return false
    }

    mutating func remove(_ commands: inout [StepCommand]) -> Bool {
        operate("remove \(task.address.name)", .removeService(name: task.address.name), &commands)
    }

    /// What the record becomes when the old service of a replacement is gone.
    mutating func recordRemoved() -> [RecordChange] {
        defer { task.record = nil }
        return task.record == nil ? [] : [.remove(task.address)]
    }

    mutating func woke(_ wake: StepWake, now: Duration) {
        switch wake {
        case .deadline:
            if isStarved {
                deadline.progress(now)
            } else if isWaitingByPolicy {
                deadline.progress(lastHeard(now))
            }
            guard deadline.woke(now: now, timeout: task.timeout) else { return }
            guard ending == nil else {
                ending?.isImmediate = true
                return
            }
            let silence = watch.silence.map { silence in
                "; no answer for the last \(Self.rounded(now - silence.since).text): \(silence.error.message)"
            }
            let unseen = isUnseen ? ", not seen since they were to be watched to the end" : ""
            let message = "no progress for \(task.timeout.text): \(countText)\(unseen)\(silence ?? "")"
            ending = StepEnding(kind: .timedOut, message: message, isImmediate: true)
            logs.want(unhealthyInstance)
        case .logs: logs.giveUp()
        case .watch: watch.retry()
        case .look: look.retry()
        case .monitor, .delay: break
        }
    }

    var countText: String {
        let count = status.updated ?? status.ready ?? 0
        return
            "\(count) of \(Counted.text(rollout.desiredReplicas, "instance")) \(rollout.isJob ? "completed" : "healthy")"
    }

    mutating func watchFailed(_ error: DriverError, now: Duration) { watch.fail(error, now: now) }

    /// Until when the driver told how things are: it tells now, unless it is silent.
    func lastHeard(_ now: Duration) -> Duration { watch.silence?.since ?? now }

    mutating func lookFailed(_ error: DriverError, now: Duration) {
        watch.missed(error, now: now)
        look.failed()
    }

    mutating func stalled(_ error: DriverError, now: Duration) { watch.missed(error, now: now) }

    /// To whole seconds.
    private static func rounded(_ time: Duration) -> Duration { .seconds(max(1, time.components.seconds)) }

    mutating func logged(instance: String, _ lines: [String]) { logs.receive(instance, lines) }
    mutating func drain(_ reason: DrainReason) { drained = drained ?? reason }
}
