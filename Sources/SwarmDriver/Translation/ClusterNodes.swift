import ResourceModel

/// The cluster's nodes, as tasks and services refer to them.
package struct ClusterNodes: Sendable, Hashable {
    /// In the order of their names.
    package private(set) var nodes: [Node] = []
    private var numbers: [String: Int] = [:]
    /// Nodes that the managers have given up.
    private var dead: Set<String> = []
    private var addresses: [String: String] = [:]

    /// Reads the answer of `/nodes`.
    ///
    /// Ready is a node that gets new tasks: its agent answers, and its operator neither paused nor drained it.
    package init(_ json: CanonicalValue) {
        var read: [(node: Node, isDead: Bool)] = []
        for item in json.array ?? [] {
            guard let node = Self.node(item) else { continue }
            read.append((node, item.at("Status", "State")?.string == "down"))
        }
        read.sort { ($0.node.hostname, $0.node.id) < ($1.node.hostname, $1.node.id) }
        nodes = read.map(\.node)
        for (index, entry) in read.enumerated() {
            numbers[entry.node.id] = index + 1
            addresses[entry.node.id] = entry.node.address
            if entry.isDead { dead.insert(entry.node.id) }
        }
    }

    /// The number from 1 of a node; nil for one that is no longer in the cluster.
    package func number(of id: String) -> Int? { numbers[id] }

    /// Whether tasks of the node do not count: it is down, or gone.
    package func isDead(_ id: String) -> Bool { dead.contains(id) || numbers[id] == nil }

    /// The name for people; the id of a node that is gone.
    package func hostname(of id: String) -> String { numbers[id].map { nodes[$0 - 1].hostname } ?? id }

    package func address(of id: String) -> String { addresses[id] ?? "" }

    /// Where a port that every node publishes is reached, as far as the cluster knows: at a node that answers.
    package var entrance: String {
        let reachable = nodes.filter { !dead.contains($0.id) && !$0.address.isEmpty }
        return (reachable.first { $0.role == .manager } ?? reachable.first)?.address ?? ""
    }

    private static func node(_ json: CanonicalValue) -> Node? {
        guard let id = json["ID"]?.string else { return nil }
        let state = json.at("Status", "State")?.string ?? "unknown"
        let availability = json.at("Spec", "Availability")?.string ?? "active"
        var node = Node(
            id: id,
            hostname: json.at("Description", "Hostname")?.string ?? id,
            role: json.at("Spec", "Role")?.string.flatMap(NodeRole.init(rawValue:)) ?? .worker,
            isReady: state == "ready" && availability == "active",
            labels: json.at("Spec", "Labels")?.texts ?? [:],
            engineLabels: json.at("Description", "Engine", "Labels")?.texts ?? [:],
            platform: json.at("Description", "Platform")
                .map {
                    NodePlatform(system: $0["OS"]?.string ?? "", architecture: $0["Architecture"]?.string ?? "")
                },
            cpus: CPUCount(nanoCPUs: json.at("Description", "Resources", "NanoCPUs")?.wholeNumber ?? 0),
            memory: ByteCount(bytes: json.at("Description", "Resources", "MemoryBytes")?.wholeNumber ?? 0)
        )
        node.address = json.at("Status", "Addr")?.string ?? ""
        if state != "ready" {
            let message = json.at("Status", "Message")?.string ?? ""
            node.condition = message.isEmpty ? state : "\(state): \(message)"
        } else if availability != "active" {
            node.condition = availability == "drain" ? "drained" : "paused"
        }
        return node
    }
}
