/// What placement can ask about a node.
package enum NodeKey: Sendable, Hashable {
    case id
    case hostname
    case address
    case role
    case system
    case architecture
    /// A label that the cluster's operator gave the node.
    case label(String)
    /// A label that the node's engine reports.
    case engineLabel(String)

    /// Reads a key; names of keys in any case, names of labels as they are.
    package init?(parsing text: String) {
        for (prefix, make) in Self.families where text.lowercased().hasPrefix(prefix) {
            let label = String(text.dropFirst(prefix.count))
            guard Self.isLabel(label) else { return nil }
            self = make(label)
            return
        }
        guard let entry = Self.fixed.first(where: { $0.name == text.lowercased() }) else { return nil }
        self = entry.key
    }

    /// The key as manifests write it.
    package var text: String {
        switch self {
        case .label(let name): "node.labels.\(name)"
        case .engineLabel(let name): "engine.labels.\(name)"
        case .id, .hostname, .address, .role, .system, .architecture:
            Self.fixed.first { $0.key == self }?.name ?? ""
        }
    }

    /// What the node has under this key; empty: nothing, or its driver does not tell.
    package func value(of node: Node) -> String {
        switch self {
        case .id: node.id
        case .hostname: node.hostname
        case .address: node.address
        case .role: node.role.rawValue
        case .system: node.platform?.system ?? ""
        case .architecture: node.platform?.architecture ?? ""
        case .label(let name): node.labels[name] ?? ""
        case .engineLabel(let name): node.engineLabels[name] ?? ""
        }
    }

    /// The names of the keys that are no labels, and the beginnings of those that are, for suggestions.
    package static let names = fixed.map(\.name)
    package static let prefixes = families.map(\.prefix)

    private static let fixed: [(name: String, key: NodeKey)] = [
        ("node.id", .id), ("node.hostname", .hostname), ("node.ip", .address), ("node.role", .role),
        ("node.platform.os", .system), ("node.platform.arch", .architecture),
    ]

    private static let families: [(prefix: String, make: @Sendable (String) -> NodeKey)] = [
        ("node.labels.", { .label($0) }), ("engine.labels.", { .engineLabel($0) }),
    ]

    private static func isLabel(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "!") }
    }
}
