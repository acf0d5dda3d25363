import Plans
import ResourceModel

/// What one look at a service says about the rollout that its driver runs.
struct NativeVerdict: Sendable {
    enum End: Sendable {
        case converged
        case rolledBack(String)
        case paused(String)
        case failed(instance: String, reason: String)
    }

    var end: End?
    /// Instances that are as they are to be, and healthy.
    var updated = 0
    /// Instances that serve, of whichever definition.
    var serving = 0
    /// The instances of the new template that are as they are to be.
    var present: Set<String> = []
    /// An instance of the new template that is not healthy.
    var unhealthy: String?
    /// An instance of the new template that has failed.
    var failing: String?
    var trouble: String?
    /// Why the driver goes back.
    var backReason: String?

    init(_ service: ObservedService, rollout: Rollout, isCreation: Bool) {
        let new = service.instances.filter { $0.template == rollout.template }
        let isReady = { (instance: ObservedInstance) in
            if rollout.isJob { return instance.phase == .completed }
            return rollout.isProbed ? instance.isHealthy : instance.phase == .running
        }
        present = Set(new.lazy.filter(isReady).map(\.id))
        updated = min(rollout.desiredReplicas, present.count)
        serving = service.instances.count(where: \.isHealthy)
        unhealthy = new.first { !isReady($0) }?.id
        let failed = new.first { $0.phase == .failed || $0.phase == .backoff }
        failing = failed?.id
        trouble = failed?.message
        switch service.rollout {
        case .paused(let reason), .rollbackPaused(let reason): end = .paused(reason)
        case .rolledBack(let reason): end = .rolledBack(reason)
        case .rollingBack(let reason):
            trouble = reason
            backReason = reason
        case .updating: break
        case .completed, nil:
            let alive = service.instances.count { instance in
                switch instance.phase {
                case .completed, .failed: rollout.isJob && instance.template == rollout.template
                default: true
                }
            }
            if updated >= rollout.desiredReplicas, alive <= rollout.desiredReplicas || rollout.isJob {
                end = .converged
            }
        }
        guard isCreation || rollout.isJob else { return }
        switch end {
        case nil: break
        // Without a probe an instance that runs again looks as good as one that never ended.
        case .converged where rollout.additionMonitor > .zero: break
        case .converged, .rolledBack, .paused, .failed: return
        }
        let rule = InstanceTracker.Rule.creation(maximumRestarts: rollout.isJob ? .max : 3)
        let judge = InstanceTracker(rule: rule, isProbed: rollout.isProbed, isJob: rollout.isJob)
        for instance in new {
            guard let reason = judge.failure(of: instance) else { continue }
            end = .failed(instance: instance.id, reason: reason)
            return
        }
    }
}
