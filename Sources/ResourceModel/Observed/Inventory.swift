/// What a driver reports of the cluster: its nodes and every object that carries this project's labels.
///
/// A driver that cannot be reached throws instead: an inventory never stands for "unknown".
package struct Inventory: Sendable, Hashable {
    package var nodes: [Node]
    /// Objects of this project, in the order of their addresses; one resource may have several objects while an
    /// immutable one is being replaced.
    package var objects: [ObservedObject]
    package var services: [ObservedService]
    /// Host ports that something outside this project occupies.
    package var occupiedPorts: [OccupiedPort]
    /// Objects that somebody gave labels of this project's own ones; in the order of their addresses and names.
    package var copies: [LabelCopy]
    /// The names of everything that manifests can use without declaring it; nil: the driver does not tell.
    package var external: [ResourceKind: Set<String>]?

    package init(
        nodes: [Node] = [],
        objects: [ObservedObject] = [],
        services: [ObservedService] = [],
        occupiedPorts: [OccupiedPort] = [],
        copies: [LabelCopy] = [],
        external: [ResourceKind: Set<String>]? = nil
    ) {
        self.nodes = nodes
        self.objects = objects
        self.services = services
        self.occupiedPorts = occupiedPorts
        self.copies = copies
        self.external = external
    }
}

/// An object that carries the labels of one of this project's and is another: nobody's to touch.
package struct LabelCopy: Sendable, Hashable {
    /// What its labels say it is.
    package var address: ResourceAddress
    /// What the cluster calls it.
    package var name: String

    package init(address: ResourceAddress, name: String) {
        self.address = address
        self.name = name
    }
}

/// A machine of the cluster.
package struct Node: Sendable, Hashable {
    package var id: String
    package var hostname: String
    package var role: NodeRole
    package var isReady: Bool
    package var labels: SortedMap<String>
    /// What the node's engine says of itself; empty without an engine.
    package var engineLabels: SortedMap<String>
    /// Nil: the driver does not tell.
    package var platform: NodePlatform?
    package var cpus: CPUCount
    package var memory: ByteCount
    /// The address that the cluster reaches it at; empty: the driver does not tell.
    package var address: String
    /// Why it is not ready, for people: `drained`, `down: heartbeat failure`; nil where it is.
    package var condition: String?

    package init(
        id: String,
        hostname: String,
        role: NodeRole = .manager,
        isReady: Bool = true,
        labels: SortedMap<String> = [:],
        engineLabels: SortedMap<String> = [:],
        platform: NodePlatform? = nil,
        cpus: CPUCount,
        memory: ByteCount,
        address: String = "",
        condition: String? = nil
    ) {
        self.id = id
        self.hostname = hostname
        self.role = role
        self.isReady = isReady
        self.labels = labels
        self.engineLabels = engineLabels
        self.platform = platform
        self.cpus = cpus
        self.memory = memory
        self.address = address
        self.condition = condition
    }
}

/// What programs a node runs, in the words of `uname`: `linux`, `x86_64`.
package struct NodePlatform: Sendable, Hashable {
    package var system: String
    package var architecture: String

    package init(system: String, architecture: String) {
        self.system = system
        self.architecture = architecture
    }
}

/// What a node does in the cluster.
package enum NodeRole: String, CanonicalEnum {
    case manager
    case worker
}

/// A host port that is taken, and by whom.
package struct OccupiedPort: Sendable, Hashable {
    package var port: Int
    package var transport: TransportProtocol
    package var address: String
    /// The process that holds it, where the system tells: `nginx (pid 4242)`.
    package var holder: String?

    package init(port: Int, transport: TransportProtocol, address: String, holder: String?) {
        self.port = port
        self.transport = transport
        self.address = address
        self.holder = holder
    }
}

/// The labels that every object of a project carries.
package struct OwnershipLabels: Sendable, Hashable {
    package var project: String
    package var address: ResourceAddress
    package var fingerprint: Fingerprint
    /// The operation that made or last changed the object.
    package var operation: String

    package init(project: String, address: ResourceAddress, fingerprint: Fingerprint, operation: String) {
        self.project = project
        self.address = address
        self.fingerprint = fingerprint
        self.operation = operation
    }

    package static let projectKey = "orchplan.project"
    package static let addressKey = "orchplan.address"
    package static let fingerprintKey = "orchplan.fingerprint"
    package static let operationKey = "orchplan.operation"
}

/// A network, volume, secret or config as it is.
package struct ObservedObject: Sendable, Hashable {
    package var labels: OwnershipLabels
    /// The name the cluster knows it by: for secrets and configs it ends with the content's digest.
    package var name: String
    /// Where it is another than its labels say, because somebody put one in its place; in the order of the fields.
    package var edits: [LiveEdit]

    package var address: ResourceAddress { labels.address }

    package init(labels: OwnershipLabels, name: String, edits: [LiveEdit] = []) {
        self.labels = labels
        self.name = name
        self.edits = edits
    }
}
