import ResourceModel

/// What the resources of a project are called in the engine: looked up by the driver, injected as a plain value.
package struct EngineNames: Sendable, Hashable {
    /// An object that has both a name and an id.
    package struct Object: Sendable, Hashable {
        package var id: String
        package var name: String

        package init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// A volume: services say how to make it, since every node makes its own when a task needs it.
    package struct Volume: Sendable, Hashable {
        package var name: String
        /// Whether somebody else makes it: then only its name is told.
        package var isExternal: Bool
        /// Nil: the engine's own.
        package var driver: String?
        package var driverOptions: SortedMap<String>

        package init(
            name: String,
            isExternal: Bool = false,
            driver: String? = nil,
            driverOptions: SortedMap<String> = [:]
        ) {
            self.name = name
            self.isExternal = isExternal
            self.driver = driver
            self.driverOptions = driverOptions
        }
    }

    /// By the name of the Network resource.
    package var networks: [String: Object]
    /// The network of services that name none; nil: they are on no network that has names.
    package var defaultNetwork: Object?
    /// The names of all networks of the engine by their ids, for people.
    package var networkNames: [String: String]
    /// By the name of the Volume resource; one that is missing is named as the project names it, made by the engine.
    package var volumes: [String: Volume]
    /// By the name of the object (`NAME-DIGEST`), or of the resource where a reference is not pinned.
    package var secrets: [String: Object]
    package var configs: [String: Object]
    /// The text of those configs that environments mention, by the same names as `configs`.
    package var configTexts: [String: String]

    package init(
        networks: [String: Object] = [:],
        defaultNetwork: Object? = nil,
        networkNames: [String: String] = [:],
        volumes: [String: Volume] = [:],
        secrets: [String: Object] = [:],
        configs: [String: Object] = [:],
        configTexts: [String: String] = [:]
    ) {
        self.networks = networks
        self.defaultNetwork = defaultNetwork
        self.networkNames = networkNames
        self.volumes = volumes
        self.secrets = secrets
        self.configs = configs
        self.configTexts = configTexts
    }

    /// The name that the engine knows a resource by: `PROJECT_NAME`, at most 63 bytes.
    ///
    /// Of an environment `PROJECT-ENVIRONMENT_NAME`. A longer one is cut and ends in 8 digits of its digest, so that two long names stay apart. Names of services are
    /// names in DNS, whose parts have at most 63 bytes.
    package static func scoped(_ name: String, project: String) -> String {
        // An environment's owner is PROJECT@NAME, and the engine takes neither `@` nor dots in a service's name.
        let owner = String(decoding: project.utf8.map { HostName.isPlain($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
        let whole = "\(owner)_\(name)"
        guard whole.utf8.count > 63 else { return whole }
        // No secret is guarded here: any fixed key will do.
        let digest = Fingerprinter(key: ProjectKey(bytes: [])).digest(Array(whole.utf8)).text.prefix(8)
        return String(decoding: whole.utf8.prefix(54), as: UTF8.self) + "-" + digest
    }

    /// The manifest's name of a network that the engine tells the id of.
    func network(withID id: String) -> String? {
        networks.first { $0.value.id == id }?.key
    }
}

extension OwnershipLabels {
    /// orchplan's own name of an object: for secrets and configs it ends in a digest.
    package static let nameKey = "orchplan.name"
    /// On containers: the digest of what the instance is, so that a task tells which template it was made from.
    package static let templateKey = "orchplan.template"
    /// What all of our own labels begin with.
    static let prefix = "orchplan."

    /// The labels as an engine object carries them, over those of the manifest.
    func engineLabels(over own: SortedMap<String>, name: String) -> SortedMap<String> {
        var labels = own
        labels[Self.projectKey] = project
        labels[Self.addressKey] = address.description
        labels[Self.fingerprintKey] = fingerprint.text
        labels[Self.operationKey] = operation
        labels[Self.nameKey] = name
        return labels
    }

    /// Reads an engine object's labels; nil for an object that no project owns.
    package init?(engineLabels labels: SortedMap<String>) {
        guard let project = labels[Self.projectKey],
            let address = labels[Self.addressKey].flatMap({ ResourceAddress(parsing: $0) })
        else { return nil }
        self.init(
            project: project,
            address: address,
            fingerprint: Fingerprint(text: labels[Self.fingerprintKey] ?? ""),
            operation: labels[Self.operationKey] ?? ""
        )
    }
}
