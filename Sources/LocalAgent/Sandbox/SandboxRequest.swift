import ResourceModel

/// Everything a sandbox plan depends on but the machine.
package struct SandboxRequest: Sendable {
    package var spec: ServiceSpec
    package var service: String
    package var instance: String
    package var slot: Int
    package var nodeName: String
    package var ports: [InstancePort]
    package var projectDirectory: String
    /// Directory with the project's state and secrets, which no instance may see.
    package var maskedDirectory: String
    /// Folders of the machine that instances may write to, by what their manifests say.
    package var writableFolders: Set<String>
    /// The generated hosts file of the service.
    package var hostsFile: String
    /// The generated resolver configuration; empty: the machine's own holds.
    package var resolverFile: String
    /// The instance's own loopback address; empty where it has none.
    package var address: String
    /// The directory of each volume, by the name that mounts use.
    package var volumes: [String: String]
    /// Where volumes without a name are kept.
    package var anonymousVolumes: String
    /// The object that holds the content of each secret and config, by the name that manifests use.
    package var secretObjects: [String: String]
    package var configObjects: [String: String]
    /// Who runs the agent.
    package var userID: Int
    package var groupID: Int

    package var isRoot: Bool { userID == 0 }

    package init(spec: ServiceSpec, service: String, instance: String, slot: Int) {
        self.spec = spec
        self.service = service
        self.instance = instance
        self.slot = slot
        nodeName = "localhost"
        ports = []
        projectDirectory = "/"
        maskedDirectory = ""
        writableFolders = []
        hostsFile = ""
        resolverFile = ""
        address = ""
        volumes = [:]
        anonymousVolumes = ""
        secretObjects = [:]
        configObjects = [:]
        userID = 0
        groupID = 0
    }
}

/// The port that an instance listens on in place of one of its service's target ports.
package struct InstancePort: Sendable, Hashable {
    package var target = 0
    package var transport = TransportProtocol.tcp
    /// On 127.0.0.1.
    package var port = 0

    package init() {}

    package init(target: Int, transport: TransportProtocol, port: Int) {
        self.target = target
        self.transport = transport
        self.port = port
    }
}

extension InstancePort: CanonicalRecord {
    package static let fields: [CanonicalField<InstancePort>] = [
        .init("target", \.target), .init("protocol", \.transport), .init("port", \.port),
    ]
}
