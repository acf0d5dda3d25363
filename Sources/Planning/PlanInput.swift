import Plans
import ResourceModel

/// Everything that a plan depends on: the planner reads no clock, no file and no chance.
package struct PlanInput: Sendable {
    /// The desired state, references not yet bound to content objects: the planner pins it.
    package var graph: ResourceGraph
    package var secrets: SecretDigests
    /// Why secrets could not be read whose recorded digest stands for their content, by name.
    package var unread: [String: String] = [:]
    /// What registries told of the images; nothing, for a driver that resolves none.
    package var images: ImageDigests
    package var recorded: RecordedState
    /// What the driver reported; never stands for "unknown".
    package var inventory: Inventory
    package var capabilities: Capabilities
    package var options: PlanOptions
    /// What is held back; nothing, unless a loop asks for it.
    package var restraint: PlanRestraint
    /// What the load of services with a scale policy asks for; services that are not named keep their count.
    package var scaling: [ResourceAddress: ScaleOrder]
    package var now: Timestamp
    /// Until when the plan may be applied; nil: as long as its preconditions hold.
    package var expiresAt: Timestamp?

    package init(
        graph: ResourceGraph,
        secrets: SecretDigests = SecretDigests(),
        images: ImageDigests = ImageDigests(),
        recorded: RecordedState,
        inventory: Inventory,
        capabilities: Capabilities,
        options: PlanOptions = PlanOptions(),
        restraint: PlanRestraint = PlanRestraint(),
        scaling: [ResourceAddress: ScaleOrder] = [:],
        now: Timestamp,
        expiresAt: Timestamp? = nil
    ) {
        self.graph = graph
        self.secrets = secrets
        self.images = images
        self.recorded = recorded
        self.inventory = inventory
        self.capabilities = capabilities
        self.options = options
        self.restraint = restraint
        self.scaling = scaling
        self.now = now
        self.expiresAt = expiresAt
    }
}

/// A plan, or everything that keeps one from being made.
package enum PlanResult: Sendable, Hashable {
    case plan(Plan)
    /// At least one.
    case problems([PlanProblem])

    package var plan: Plan? {
        if case .plan(let plan) = self { plan } else { nil }
    }

    package var problems: [PlanProblem] {
        if case .problems(let problems) = self { problems } else { [] }
    }
}
