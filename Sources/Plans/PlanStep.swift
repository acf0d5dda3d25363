import ResourceModel

/// One change of one resource.
package struct PlanStep: Sendable, Hashable {
    /// The position in `Plan.steps`.
    package var id: Int
    package var address: ResourceAddress
    package var action: StepAction
    /// Why, the most important first.
    package var reasons: [StepReason]
    /// Field by field, for updates and replacements; a creation's fields are those of `after`.
    package var changes: [FieldChange]
    /// The recorded resource; nil when there is none.
    package var before: CanonicalText?
    /// The desired resource; nil when it is to go.
    package var after: CanonicalText?
    package var beforeFingerprint: Fingerprint?
    package var afterFingerprint: Fingerprint?
    /// The name of the object that the step makes or removes; nil: the driver names it after the address.
    package var objectName: String?
    /// Whether the record protects the resource from now on.
    package var protect: Bool
    /// Steps that must be done and healthy before this one starts.
    package var needs: [StepNeed]
    /// Which batch the step belongs to, from 0.
    package var batch: Int
    /// How the instances get from before to after; nil for what has no instances.
    package var rollout: Rollout?
    /// What must still be so when the step starts.
    package var preconditions: [Precondition]

    package init(
        id: Int,
        address: ResourceAddress,
        action: StepAction,
        reasons: [StepReason] = [],
        changes: [FieldChange] = [],
        before: CanonicalText? = nil,
        after: CanonicalText? = nil,
        beforeFingerprint: Fingerprint? = nil,
        afterFingerprint: Fingerprint? = nil,
        objectName: String? = nil,
        protect: Bool = false,
        needs: [StepNeed] = [],
        batch: Int = 0,
        rollout: Rollout? = nil,
        preconditions: [Precondition] = []
    ) {
        self.id = id
        self.address = address
        self.action = action
        self.reasons = reasons
        self.changes = changes
        self.before = before
        self.after = after
        self.beforeFingerprint = beforeFingerprint
        self.afterFingerprint = afterFingerprint
        self.objectName = objectName
        self.protect = protect
        self.needs = needs
        self.batch = batch
        self.rollout = rollout
        self.preconditions = preconditions
    }
}

/// What a step does.
package enum StepAction: String, CanonicalEnum {
    /// `+`
    case create
    /// `~`
    case update
    /// `-/+`: remove, wait until it is gone, create.
    case replace
    /// `+/-`, first half: a new immutable object beside the old one.
    case supersede
    /// `+/-`, second half: the old immutable object, once nothing uses it.
    case retire
    /// `-`
    case delete
    /// Only the record changes: `protect`, planning fields, adoption of what an interrupted apply left done.
    case record
    /// The record goes and the object stays: it is external, somebody else's.
    case forget
}

/// A step that must have got somewhere first.
package struct StepNeed: Sendable, Hashable {
    package var step: Int
    /// How far: a service's condition; nil: done.
    package var condition: DependencyCondition?

    package init(step: Int, condition: DependencyCondition? = nil) {
        self.step = step
        self.condition = condition
    }
}

extension PlanStep {
    /// Whether it makes something that was not there, so that nothing which serves can suffer from it.
    ///
    /// While additions are only watched any more, the next additions may start; everything else waits for their end.
    package var isAddition: Bool { action == .create }
}

/// Why a step is in the plan.
package enum StepReason: Sendable, Hashable {
    case notRecorded
    case notDeclared
    case fieldsChanged
    /// These fields cannot change in place.
    case replacementForced(fields: [String])
    /// The content of a secret or config that it uses changed.
    case contentChanged(ResourceAddress)
    /// The image's tag stands for other content than it was applied with.
    case tagMoved(image: String)
    /// The image ran as each node found it, and is bound to what its tag stands for.
    case imagePinned(image: String)
    /// The object is recorded but the cluster does not have it.
    case missing
    /// The cluster has it otherwise than recorded.
    case drifted(String)
    /// An earlier apply was interrupted here.
    case interrupted(operation: String)
    /// An earlier apply began to create it and did not get it to converge.
    case unfinished
    /// Only the protection or planning fields changed.
    case recordOnly
    /// The user asked for everything to go.
    case destroyRequested
    /// What it needs is replaced.
    case dependencyReplaced(ResourceAddress)
    /// Its load asks for another number of instances: `cpu 91 %, target 60 %`.
    case autoscaled(from: Int, to: Int, why: String)
}

/// The record that a step relies on.
///
/// Apply compares before the step starts and names the resource that moved.
package struct Precondition: Sendable, Hashable {
    package var address: ResourceAddress
    /// The recorded fingerprint when the plan was made; nil: there was no record.
    package var fingerprint: Fingerprint?
    /// The record's revision when the plan was made; 0: there was no record.
    package var revision: Int

    package init(address: ResourceAddress, fingerprint: Fingerprint?, revision: Int) {
        self.address = address
        self.fingerprint = fingerprint
        self.revision = revision
    }
}
