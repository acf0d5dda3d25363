import ResourceModel

/// Takes over what others made in a cluster, without touching what runs.
///
/// A driver whose cluster holds nothing but what orchplan made there has no need of it.
package protocol ClusterAdopting: ClusterObserving {
    /// What the cluster has under the names that these resources would be given, in the order of the requests.
    ///
    /// Changes nothing.
    ///
    /// - Parameter graph: Everything that is declared, pinned.
    func findings(
        for requests: [AdoptionRequest],
        in graph: ResourceGraph
    ) async throws(DriverError) -> [AdoptionFinding]

    /// Marks an object as this project's own; nothing is restarted.
    ///
    /// Refused as a conflict when somebody changed the object since it was found. Idempotent by the operation's id.
    func adopt(_ adoption: Adoption, _ labels: OwnershipLabels) async throws(DriverError) -> OperationResult
}

/// A declared resource for which there may be an object in the cluster.
package struct AdoptionRequest: Sendable, Hashable {
    /// Pinned.
    package var resource: Resource
    /// orchplan's own name of the object: `NAME-DIGEST` for secrets and configs.
    package var objectName: String
    /// The digest of what an instance of it is; nil for what is no service.
    package var template: Fingerprint?
    /// The name or id that the user says it has in the cluster; nil: the one that orchplan would give it.
    package var given: String?

    package var address: ResourceAddress { resource.address }

    package init(
        _ resource: Resource,
        objectName: String,
        template: Fingerprint? = nil,
        given: String? = nil
    ) {
        self.resource = resource
        self.objectName = objectName
        self.template = template
        self.given = given
    }
}

/// What the cluster has for one request.
package struct AdoptionFinding: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        /// It can be taken over as it is.
        case adoptable(Adoption)
        /// There is no such object.
        case absent
        /// It is not taken over, and what becomes of it instead is no reason to stop: lowercase, no full stop.
        case left(String, help: String?)
        /// It cannot be taken over, and with the manifests as they are nothing can: lowercase, no full stop.
        case refused(String, help: String?)
    }

    package var address: ResourceAddress
    /// The cluster's name of the object that was looked for, or found.
    package var object: String
    package var verdict: Verdict

    package init(_ address: ResourceAddress, object: String, _ verdict: Verdict) {
        self.address = address
        self.object = object
        self.verdict = verdict
    }
}

/// An object that can be taken over, as it was seen.
package struct Adoption: Sendable, Hashable {
    package var address: ResourceAddress
    /// The cluster's own name of it.
    package var object: String
    package var id: String
    package var request: AdoptionRequest
    /// The driver's own picture of the object: what has not changed when it is adopted.
    package var seen: CanonicalValue
    /// Fields that are not as declared: the changes of the next apply.
    package var differences: [LiveEdit]
    /// Whether it carries the labels of this very resource already.
    package var isOwned: Bool

    package init(
        _ request: AdoptionRequest,
        object: String,
        id: String,
        seen: CanonicalValue,
        differences: [LiveEdit] = [],
        isOwned: Bool = false
    ) {
        address = request.address
        self.object = object
        self.id = id
        self.request = request
        self.seen = seen
        self.differences = differences
        self.isOwned = isOwned
    }
}
