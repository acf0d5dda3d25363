import Plans
import ResourceModel

extension ServiceStep {
    /// By the policy of the plan.
    mutating func judge(now: Duration) {
        guard ending == nil, phase != .turningBack else { return }
        if let drained {
            // How far it is by then is said once what is in the air has landed.
            ending = drained.ending("")
            return
        }
        guard let first = tracker.firstFailure else { return }
        if first.hasLogs { logs.want(first.instance) }
        if case .creation = tracker.rule {
            end(.failed(help: first.help), first.reason)
            return
        }
        guard hasTooManyFailures else { return }
        switch isRollingBack ? .pause : rollout.policy.onFailure {
        case .continue: break
        case .pause: end(.paused, failureMessage)
        case .rollback:
            if previous == nil || rollout.rollback == nil {
                end(.paused, failureMessage)
            } else if operation == nil {
                phase = .turningBack
                deadline.progress(now)
            }
        }
    }

    mutating func end(_ kind: StepEnding.Kind, _ message: String) {
        guard ending == nil else { return }
        ending = StepEnding(kind: kind, message: message)
    }

    /// SwarmKit's rule: failures by replacements, and the limit itself is still good.
    var hasTooManyFailures: Bool {
        guard tracker.failures > 0 else { return false }
        let ratio = isRollingBack ? (rollout.rollback?.policy.maxFailureRatio ?? 0) : rollout.policy.maxFailureRatio
        return Double(tracker.failures) / Double(max(1, started)) > ratio
    }

    /// Instances that the rollout starts, all waves together.
    private var started: Int {
        waves.reduce(0) { $0 + $1.changes.count(where: \.starts) }
    }

    var isEverythingHealthy: Bool { tracker.healthy >= started }

    var failureMessage: String {
        let reason = tracker.firstFailure?.reason ?? "the rollout failed"
        if isRollingBack { return "the rollback failed as well: \(reason)" }
        return tracker.failures > 1 ? "\(reason), and \(tracker.failures - 1) more" : reason
    }

    /// What runs beside what the plan keeps, stops and starts; nil: nothing, so that there are as many as declared.
    var surplusMessage: String? {
        guard !rollout.isJob else { return nil }
        let own = Set(waves.flatMap(\.changes).flatMap { $0.old + [$0.new].compactMap(\.self) })
        let others = running.filter { !own.contains($0) }.sorted()
        guard others.count > rollout.kept else { return nil }
        let total = rollout.desiredReplicas
        return rollout.kept == 0
            ? "the plan does not know of what runs beside the \(total) declared: \(others.joined(separator: ", "))"
            : "\(others.count - rollout.kept) more than the \(total) declared run, which the plan does not know of"
    }

    /// How far an interrupted rollout is; there is nothing wrong with what it left.
    var interruptedText: String {
        let status = status
        let total = "\(status.total) \(status.total == 1 ? "instance" : "instances")"
        guard let updated = status.updated else {
            return "\(status.ready ?? 0) of \(total) \(rollout.isJob ? "completed" : "healthy") so far"
        }
        let serving = status.ready.map { ", \($0) healthy in all" } ?? ""
        return updated < status.total
            ? "\(updated) of \(total) updated so far\(serving)"
            : "all of \(total) updated\(serving), not yet watched to the end"
    }

    var unhealthyInstance: String? {
        guard wave < waves.count else { return tracker.keptUnhealthy }
        return waves[wave].changes.lazy.compactMap(\.new).first { tracker[$0]?.isHealthy == false }
    }

    var status: StepStatus {
        // What stays of a job counts when it has ended, which the tracker is told.
        let done = min(rollout.desiredReplicas, (rollout.isJob ? 0 : rollout.kept) + tracker.healthy)
        // Nothing served before a creation: what is ready is what was made.
        let isUpdate = task.step.action == .update && !rollout.isJob
        return StepStatus(
            activity: activity,
            updated: isUpdate ? done : nil,
            ready: isUpdate ? serving : done,
            total: isRollingBack ? (rollout.rollback?.replicas ?? 0) : rollout.desiredReplicas,
            trouble: turnedBackBy ?? tracker.firstFailure?.reason
        )
    }

    private var activity: StepActivity {
        if isRollingBack || phase == .turningBack { return .rollingBack }
        switch phase {
        case .waiting, .defining, .removed, .defined: return task.step.action == .update ? .updating : .creating
        case .removing: return .removing
        case .monitoring, .monitored: return .monitoring
        case .delaying: return .pausing
        case .turningBack, .redefining, .ended: return .rollingBack
        case .rolling:
            guard wave < waves.count else { return rollout.isJob ? .waitingForCompletion : .waitingForHealth }
            if waves[wave].purpose == .removals { return .stopping }
            guard waves[wave].hasStartedAll else { return .starting }
            return rollout.isJob ? .waitingForCompletion : .waitingForHealth
        }
    }
}
