import ResourceModel
import SourceDiagnostics
import YAMLDocuments

typealias SortedStrings = SortedMap<String>

/// Which driver is used, and with which settings.
package struct DriverSetting: Sendable, Hashable, ManifestRecord {
    package var name = "local"
    /// Where the cluster is: `unix:///var/run/docker.sock`, `ssh://…`; nil: the driver's default.
    package var host: String?
    /// Settings of the driver itself.
    package var options: SortedMap<String> = [:]
    /// The nodes of a simulated cluster, or the one of a local cluster: names, labels and roles.
    package var nodes: [NodeSetting] = []

    package init() {}

    package init(name: String) {
        self.name = name
    }

    static let names = ["local", "simulated", "swarm"]
    /// The settings of the swarm driver: a context of Docker's client, the directory of `ca.pem`, `cert.pem` and
    /// `key.pem`, whether a connection that nobody protects is wanted, and which images registries are asked about.
    static let swarmOptions = ["certificates", "context", "insecure", "resolveImages"]

    /// Which images registries are asked about where a command does not say.
    package var imageResolution: ImageResolution {
        options["resolveImages"].flatMap(ImageResolution.init(rawValue:)) ?? .always
    }

    static let table = FieldTable<DriverSetting>(
        "driver",
        "What talks to the cluster.",
        [
            .value(
                FieldInfo("name", "The name of the driver.", .choice(names), nil, "local", true),
                { $1.driverName($0) },
                { $0.name = $1 ?? "local" }
            ),
            .text("host", "Where the cluster is.", example: "ssh://manager.example.com") { $0.host = $1 },
            .map(
                "options",
                "Settings of the driver itself; of swarm: context, certificates, insecure, resolveImages.",
                example: "{context: production}"
            ) { $1(&$0.options) },
            .merging(
                FieldInfo(
                    "nodes",
                    "The nodes of a simulated cluster; of the local one, the node that this machine is to be.",
                    .list(.record { NodeSetting.table.info }),
                    "[]",
                    "[{name: one, role: manager}]"
                ),
                merge: { setting, node, decoder in
                    decoder.named(node, "driver.nodes", into: &setting.nodes, key: \.name, fresh: NodeSetting.init) {
                        $0.item($1, into: &$2)
                    }
                },
                reset: { $0.nodes = [] }
            ),
        ]
    )
}

/// One node of a local or simulated cluster.
package struct NodeSetting: Sendable, Hashable, ManifestRecord {
    package var name = ""
    package var role = NodeRole.worker
    package var labels: SortedMap<String> = [:]

    package init() {}

    static let table = FieldTable<NodeSetting>(
        "node",
        "One node of a local or simulated cluster.",
        [
            .text("name", "The name of the node.", .name, example: "one", required: true) { $0.name = $1 ?? "" },
            .choice("role", "What the node does.", default: .worker) { $0.role = $1 ?? .worker },
            .map("labels", "Labels that placement rules read.", example: "{zone: a}") { $1(&$0.labels) },
        ]
    )
}

extension ManifestDecoder {
    mutating func driver(_ node: YAMLNode) -> DriverSetting? {
        if node.isMapping {
            var setting = DriverSetting()
            guard item(node, into: &setting) else { return nil }
            return suits(setting, node) ? setting : nil
        }
        return driverName(node).map(DriverSetting.init(name:))
    }

    mutating func driverName(_ node: YAMLNode) -> String? {
        guard let name = text(node) else { return nil }
        if DriverSetting.names.contains(name) { return name }
        unknownWord(node, name, DriverSetting.names)
        return nil
    }

    /// A map of records by names of the author's choice.
    mutating func records<Record: ManifestRecord>(_ node: YAMLNode) -> [String: Record] {
        guard node.isMapping else {
            wrongType(node, expected: "a map")
            return [:]
        }
        var result: [String: Record] = [:]
        for pair in node.pairs {
            var record = Record()
            // An environment that changes nothing is worth a name.
            if !pair.value.isNull { fields(of: pair.value, Record.table, into: &record) }
            result[pair.key.text] = record
        }
        return result
    }
}
