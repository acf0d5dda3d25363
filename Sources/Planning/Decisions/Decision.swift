import Plans
import ResourceModel

/// What is to become of one subject, before anything is ordered.
struct Decision: Sendable {
    /// Nil: it stays as it is.
    var action: StepAction?
    var reasons: [StepReason] = []
    var changes: [FieldChange] = []
    /// The desired resource, ignored fields as recorded; nil: it is to go.
    var desired: Resource?
    var fingerprint: Fingerprint?
    var template: Fingerprint?
    var objectName: String?
    var rollout: Rollout?
    /// Old objects of a secret or config that go once nothing uses them.
    var retired: [String] = []
    /// Objects of a generated secret that this record knows nothing of: nobody has their characters a second time.
    var spare: [String] = []
    /// A service that goes before and comes back after something it uses is replaced: two steps.
    var isRebuilt = false
    /// How the cluster differs from the record.
    var drift: String?
    /// What there is to say of a service's image; nil: it stands for what its registry told, or nobody was asked.
    var imageStanding: ImageStanding?
    /// Why something that is not declared stays.
    var kept: KeptReason?

    var isStep: Bool { action != nil }
}

/// Why a resource that is not declared stays.
enum KeptReason: Sendable, Hashable {
    /// The record protects it.
    case protected
    /// It is a volume, and nobody allowed its data to go.
    case volume
    /// This resource stays and needs it.
    case neededBy(ResourceAddress)
    /// It carries the project's label, but no record and no open operation says it is ours.
    case unrecorded
}
