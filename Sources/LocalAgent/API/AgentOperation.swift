import ResourceModel

/// One thing for the agent to do; the driver's operation, in the agent's own words.
package struct AgentOperation: Sendable {
    package var id: String
    package var labels: OwnershipLabels
    package var action: AgentAction
    /// For which holder of the state's lock it is done; nil: nobody's.
    package var epoch: RunEpoch?

    package init(id: String, labels: OwnershipLabels, action: AgentAction, epoch: RunEpoch? = nil) {
        self.id = id
        self.labels = labels
        self.action = action
        self.epoch = epoch
    }
}

/// What to do; each is idempotent.
package enum AgentAction: Sendable {
    case createObject(Resource, name: String)
    /// Nil content: generate it as the spec says, unless the object already exists.
    case createSecret(Resource, name: String, content: SecretBytes?)
    case updateObject(Resource, name: String)
    case removeObject(ResourceAddress, name: String)
    case defineService(AgentServiceDefinition)
    case startInstance(service: String, slot: Int, id: String, template: Fingerprint)
    case stopInstance(service: String, id: String)
    case removeService(name: String)
}

/// A service as the agent is to have it.
package struct AgentServiceDefinition: Sendable {
    package var resource: Resource
    package var spec: ServiceSpec
    package var template: Fingerprint
    package var replicas: Int

    package init(resource: Resource, spec: ServiceSpec, template: Fingerprint, replicas: Int) {
        self.resource = resource
        self.spec = spec
        self.template = template
        self.replicas = replicas
    }
}

/// What came of an operation.
package struct AgentOutcome: Sendable, Hashable {
    package var bindings: SortedMap<String> = [:]
    package var wasAlreadyDone = false

    package init() {}

    package init(bindings: SortedMap<String> = [:], wasAlreadyDone: Bool = false) {
        self.bindings = bindings
        self.wasAlreadyDone = wasAlreadyDone
    }
}

extension AgentOutcome: CanonicalRecord {
    package static let fields: [CanonicalField<AgentOutcome>] = [
        .init("bindings", \.bindings), .init("wasAlreadyDone", \.wasAlreadyDone),
    ]
}
