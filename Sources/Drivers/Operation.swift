import ResourceModel

/// One thing for a driver to do, with the labels that its object will carry.
package struct Operation: Sendable {
    /// Unique for ever; the object carries it, so that a later run can tell whether the operation was done.
    package var id: String
    package var labels: OwnershipLabels
    package var action: OperationAction
    /// For which holder of the state's lock it is done; nil: nobody's.
    package var epoch: RunEpoch?

    package init(id: String, labels: OwnershipLabels, action: OperationAction, epoch: RunEpoch? = nil) {
        self.id = id
        self.labels = labels
        self.action = action
        self.epoch = epoch
    }

    package var address: ResourceAddress { labels.address }
}

/// What to do.
package enum OperationAction: Sendable {
    /// Make a network, volume or config under the given object name.
    case createObject(Resource, name: String)
    /// Make a secret object. Nil content: generate it as the spec says, unless the object already exists.
    case createSecret(Resource, name: String, content: SecretBytes?)
    /// Change an object's labels and whatever else can change in place.
    case updateObject(Resource, name: String)
    /// Remove an object and return once it is gone. Removing what is not there succeeds.
    case removeObject(ResourceAddress, name: String)
    /// Define a service, or define it anew. With `rollout == .native` the driver rolls its instances; without, it
    /// keeps every instance as it is and only changes ports, names, replicas and what new instances will be.
    case defineService(ServiceDefinition)
    /// Start an instance of the service's current definition in a slot; the old ones in the slot keep running.
    case startInstance(service: String, slot: Int, id: String, template: Fingerprint)
    /// Take an instance out of load balancing, stop it by its stop signal and grace, and return once it is gone.
    case stopInstance(service: String, id: String)
    /// Stop every instance and remove the service; returns once all is gone.
    case removeService(name: String)
}

/// A service as a driver is to have it.
package struct ServiceDefinition: Sendable {
    package var resource: Resource
    package var spec: ServiceSpec
    /// The digest of what instances of this definition are.
    package var template: Fingerprint
    package var replicas: Int
    /// How a driver with rollouts of its own goes about it, parallelism already capped.
    package var update: UpdatePolicy
    package var rollback: UpdatePolicy

    package init(
        resource: Resource,
        spec: ServiceSpec,
        template: Fingerprint,
        replicas: Int,
        update: UpdatePolicy,
        rollback: UpdatePolicy
    ) {
        self.resource = resource
        self.spec = spec
        self.template = template
        self.replicas = replicas
        self.update = update
        self.rollback = rollback
    }
}

/// What came of an operation.
package struct OperationResult: Sendable, Hashable {
    /// What the driver needs to find the object again: ids, versions.
    package var bindings: SortedMap<String>
    /// Whether the operation had been done before and this call changed nothing.
    package var wasAlreadyDone: Bool

    package init(bindings: SortedMap<String> = [:], wasAlreadyDone: Bool = false) {
        self.bindings = bindings
        self.wasAlreadyDone = wasAlreadyDone
    }
}
