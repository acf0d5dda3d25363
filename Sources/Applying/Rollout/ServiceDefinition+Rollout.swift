import Drivers
import Plans
import ResourceModel

extension ServiceDefinition {
    /// What the driver is to have at the start of a rollout.
    init?(_ resource: Resource, rollout: Rollout) {
        guard let spec = resource.spec.service else { return nil }
        var update = rollout.policy
        update.batch = .count(max(1, rollout.parallelism))
        var rollback = rollout.rollback?.policy ?? spec.effectiveRollback
        let limit = max(1, rollout.rollback?.parallelism ?? rollout.parallelism)
        rollback.batch = .count(min(limit, rollback.batch.resolved(total: max(1, rollout.desiredReplicas))))
        self.init(
            resource: resource,
            spec: spec,
            template: rollout.template,
            replicas: rollout.desiredReplicas,
            update: update,
            rollback: rollback
        )
    }

    /// What the driver is to have on the way back.
    init?(_ resource: Resource, rollback: RollbackPlan) {
        guard let spec = resource.spec.service else { return nil }
        var policy = rollback.policy
        policy.batch = .count(max(1, rollback.parallelism))
        self.init(
            resource: resource,
            spec: spec,
            template: rollback.template,
            replicas: rollback.replicas,
            update: policy,
            rollback: policy
        )
    }
}
