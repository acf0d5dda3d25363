import ResourceModel

/// One placement constraint of SwarmKit's grammar: `node.labels.zone == a`, `node.role != manager`.
package struct PlacementConstraint: Sendable, Hashable {
    package var key: String
    package var isEqual: Bool
    package var value: String

    /// Reads `KEY == VALUE` or `KEY != VALUE`; nil for everything else.
    package init?(parsing text: String) {
        let bytes = Array(text.utf8)
        let sign = bytes.indices.dropLast()
            .first {
                (bytes[$0] == UInt8(ascii: "=") || bytes[$0] == UInt8(ascii: "!")) && bytes[$0 + 1] == UInt8(ascii: "=")
            }
        guard let sign else { return nil }
        key = Self.trimmed(bytes[..<sign])
        value = Self.trimmed(bytes[(sign + 2)...])
        isEqual = bytes[sign] == UInt8(ascii: "=")
        if key.isEmpty || value.isEmpty { return nil }
    }

    /// Whether the node satisfies it; a key that an inventory does not tell (platform, engine labels) excludes nobody.
    package func allows(_ node: Node) -> Bool {
        let actual: String?
        switch key {
        case "node.id": actual = node.id
        case "node.hostname": actual = node.hostname
        case "node.role": actual = node.role.rawValue
        default:
            guard key.hasPrefix("node.labels.") else { return true }
            actual = node.labels[String(key.dropFirst("node.labels.".count))] ?? ""
        }
        return (actual == value) == isEqual
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let space: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let rest = bytes.drop(while: space)
        guard let last = rest.lastIndex(where: { !space($0) }) else { return "" }
        return String(decoding: rest[...last], as: UTF8.self)
    }
}

extension ServiceSpec {
    /// The ready nodes that its constraints allow, by their numbers from 1 in the inventory's order.
    package func eligibleNodes(_ nodes: [Node]) -> [Int] {
        let constraints = (placement?.constraints ?? []).compactMap(PlacementConstraint.init(parsing:))
        return nodes.indices
            .filter { index in
                nodes[index].isReady && constraints.allSatisfy { $0.allows(nodes[index]) }
            }
            .map { $0 + 1 }
    }
}
