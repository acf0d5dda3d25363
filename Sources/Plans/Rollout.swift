import ResourceModel

/// How a service's instances get from one template to another, decided instance by instance.
package struct Rollout: Sendable, Hashable {
    /// Who replaces the instances.
    package var kind: RolloutKind
    /// The digest of what instances are to be.
    package var template: Fingerprint
    /// Instances that are to exist in the end.
    package var desiredReplicas: Int
    /// Instances that stay as they are.
    package var kept: Int
    /// Slots whose instance is replaced, batch by batch; `parallelism` of them at a time.
    package var replacements: [SlotReplacement]
    /// Slots that are filled for the first time.
    package var additions: [Int]
    /// Instances that go without a successor.
    package var removals: [InstanceName]
    /// Instances that change together: the policy's batch, resolved and capped by `--batch`.
    package var parallelism: Int
    package var policy: UpdatePolicy
    /// How to get back when `policy.onFailure` is rollback; nil when there is nothing to go back to.
    package var rollback: RollbackPlan?
    /// Whether an instance is healthy only after a probe succeeded.
    package var isProbed: Bool
    /// Whether the service is done when its instances have ended well.
    package var isJob: Bool
    /// How many of the nodes may have the service; nil when nothing restricts or counts them.
    package var nodes: NodeReach?

    package init(
        kind: RolloutKind,
        template: Fingerprint,
        desiredReplicas: Int,
        kept: Int = 0,
        replacements: [SlotReplacement] = [],
        additions: [Int] = [],
        removals: [InstanceName] = [],
        parallelism: Int = 1,
        policy: UpdatePolicy = UpdatePolicy(),
        rollback: RollbackPlan? = nil,
        isProbed: Bool = false,
        isJob: Bool = false,
        nodes: NodeReach? = nil
    ) {
        self.kind = kind
        self.template = template
        self.desiredReplicas = desiredReplicas
        self.kept = kept
        self.replacements = replacements
        self.additions = additions
        self.removals = removals
        self.parallelism = parallelism
        self.policy = policy
        self.rollback = rollback
        self.isProbed = isProbed
        self.isJob = isJob
        self.nodes = nodes
    }
}

extension Rollout {
    /// How long instances that come anew are watched once they run.
    ///
    /// A probe says by itself whether an instance is good, and a job's end does; without either only time tells a
    /// process that serves from one that crashes a moment later.
    package var additionMonitor: Duration { isProbed || isJob ? .zero : policy.monitor }
}

/// Who replaces instances.
package enum RolloutKind: String, CanonicalEnum {
    /// The apply machine, instance by instance.
    case orchestrated
    /// The driver itself; apply watches.
    case native
}

/// On how many nodes a service's instances may be.
package struct NodeReach: Sendable, Hashable {
    /// Ready nodes that its constraints allow.
    package var eligible: Int
    /// Ready nodes.
    package var ready: Int

    package init(eligible: Int, ready: Int) {
        self.eligible = eligible
        self.ready = ready
    }
}

/// An instance by its place and name.
package struct InstanceName: Sendable, Hashable {
    package var slot: Int
    package var id: String

    package init(slot: Int, id: String) {
        self.slot = slot
        self.id = id
    }
}

/// A slot and the instances in it that are to go (several where an interrupted start-first update left two).
package struct SlotReplacement: Sendable, Hashable {
    package var slot: Int
    package var old: [String]

    package init(slot: Int, old: [String]) {
        self.slot = slot
        self.old = old
    }
}

/// The way back, decided before the way out is taken.
package struct RollbackPlan: Sendable, Hashable {
    /// The resource to go back to.
    package var resource: CanonicalText
    package var fingerprint: Fingerprint
    package var template: Fingerprint
    package var replicas: Int
    package var parallelism: Int
    package var policy: UpdatePolicy

    package init(
        resource: CanonicalText,
        fingerprint: Fingerprint,
        template: Fingerprint,
        replicas: Int,
        parallelism: Int,
        policy: UpdatePolicy
    ) {
        self.resource = resource
        self.fingerprint = fingerprint
        self.template = template
        self.replicas = replicas
        self.parallelism = parallelism
        self.policy = policy
    }
}
