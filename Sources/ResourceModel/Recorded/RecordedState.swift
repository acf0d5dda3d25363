/// What orchplan recorded of a project: the last known state of everything it manages.
package struct RecordedState: Sendable {
    package var project: String
    /// A random text, minted when the state was made.
    package var lineage: String
    /// Counts the writes.
    package var serial: Int
    package var key: ProjectKey
    /// In the order of their addresses.
    package var resources: [RecordedResource]
    /// Operations nobody knows the outcome of (intent, unknown), in the order of their start: an apply was interrupted.
    package var openOperations: [OperationRecord]
    /// What an apply of this state began to create and never recorded: its objects, if any, are this state's own.
    package var attempted: Set<ResourceAddress>
    /// Recorded services that an apply has worked on since their record was written, and has not seen through.
    package var begunAgain: Set<ResourceAddress>
    /// Those of them that it took away meanwhile, whatever has come in their place.
    package var takenAway: Set<ResourceAddress>
    /// The number of the last revision; 0: none yet.
    package var lastRevision: Int
    /// The id of the cluster that the record belongs to: that of the last revision which was made on one with an id.
    package var cluster: String?
    /// The digests of the latest revisions' plans, and the numbers of these revisions.
    package var latestPlans: [String: Int]

    package init(
        project: String,
        lineage: String,
        serial: Int,
        key: ProjectKey,
        resources: [RecordedResource] = [],
        openOperations: [OperationRecord] = [],
        attempted: Set<ResourceAddress> = [],
        begunAgain: Set<ResourceAddress> = [],
        takenAway: Set<ResourceAddress> = [],
        lastRevision: Int = 0,
        cluster: String? = nil,
        latestPlans: [String: Int] = [:]
    ) {
        self.project = project
        self.lineage = lineage
        self.serial = serial
        self.key = key
        self.resources = resources
        self.openOperations = openOperations
        self.attempted = attempted
        self.begunAgain = begunAgain
        self.takenAway = takenAway
        self.lastRevision = lastRevision
        self.cluster = cluster
        self.latestPlans = latestPlans
    }

    /// How many characters of its plan's digest an operation's id begins with.
    package static let planDigits = 12

    /// The revision whose apply an operation was part of, which is how objects tell who made them; nil: none of the
    /// latest ones of this record.
    package func revision(ofOperation id: String) -> Int? {
        latestPlans.first { $0.key.prefix(Self.planDigits) == id.prefix(Self.planDigits) }?.value
    }
}

/// The record of one resource.
package struct RecordedResource: Sendable, Hashable {
    package var address: ResourceAddress
    /// The canonical spec as it was applied, secrets as keyed digests.
    package var resource: CanonicalText
    package var fingerprint: Fingerprint
    /// The name of the object in the cluster.
    package var objectName: String
    /// Objects of earlier content that are still there and go once nothing uses them.
    package var retiredObjects: [String]
    /// What the driver needs to find the object again.
    package var bindings: SortedMap<String>
    /// The revision that last changed it.
    package var revision: Int
    package var protect: Bool
    /// What it needs, so that deletions go in reverse order when its manifest is gone.
    package var needs: [ResourceAddress]

    package init(
        address: ResourceAddress,
        resource: CanonicalText,
        fingerprint: Fingerprint,
        objectName: String,
        retiredObjects: [String] = [],
        bindings: SortedMap<String> = [:],
        revision: Int = 0,
        protect: Bool = false,
        needs: [ResourceAddress] = []
    ) {
        self.address = address
        self.resource = resource
        self.fingerprint = fingerprint
        self.objectName = objectName
        self.retiredObjects = retiredObjects
        self.bindings = bindings
        self.revision = revision
        self.protect = protect
        self.needs = needs
    }
}
