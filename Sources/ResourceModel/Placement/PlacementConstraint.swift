/// One placement constraint in SwarmKit's grammar: `node.labels.zone == a`, `node.role != manager`.
///
/// What is compared, and how, is SwarmKit's (manager/constraint): names of keys and values in any case, names of labels
/// as they are written, and what a node does not have is like the empty text.
package struct PlacementConstraint: Sendable, Hashable {
    package var key: NodeKey
    package var isEqual: Bool
    package var value: String

    /// Reads `KEY == VALUE` or `KEY != VALUE`.
    package init(parsing text: String) throws(PlacementFault) {
        let bytes = Array(text.utf8)
        let signs = bytes.indices.dropLast().filter { Self.isSign(bytes, at: $0) }
        guard let sign = signs.first else {
            throw .noComparison(repaired: Self.repaired(bytes))
        }
        guard signs.count == 1 else { throw .severalComparisons }
        let name = Self.trimmed(bytes[..<sign])
        value = Self.trimmed(bytes[(sign + 2)...])
        isEqual = bytes[sign] == UInt8(ascii: "=")
        guard !name.isEmpty, !value.isEmpty else { throw .incomplete }
        guard let key = NodeKey(parsing: name) else { throw .unknownKey(name) }
        self.key = key
        if key == .role, NodeRole(rawValue: value.lowercased()) == nil { throw .unknownRole(value) }
    }

    /// Whether the node is as the constraint asks.
    package func allows(_ node: Node) -> Bool {
        (key.value(of: node).lowercased() == value.lowercased()) == isEqual
    }

    /// The constraint as manifests write it.
    package var text: String { "\(key.text) \(isEqual ? "==" : "!=") \(value)" }

    private static func isSign(_ bytes: [UInt8], at index: Int) -> Bool {
        (bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: "!"))
            && bytes[index + 1] == UInt8(ascii: "=")
    }

    /// What `KEY = VALUE` was meant to be; nil for anything else, or when the whole would not be right either.
    private static func repaired(_ bytes: [UInt8]) -> String? {
        guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let text = "\(trimmed(bytes[..<sign])) == \(trimmed(bytes[(sign + 1)...]))"
        return (try? PlacementConstraint(parsing: text)) == nil ? nil : text
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let space: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let rest = bytes.drop(while: space)
        guard let last = rest.lastIndex(where: { !space($0) }) else { return "" }
        return String(decoding: rest[...last], as: UTF8.self)
    }
}

/// What keeps a text from being a placement constraint or preference.
package enum PlacementFault: Error, Sendable, Hashable {
    /// Neither `==` nor `!=`; `repaired` is what a single `=` was meant to be.
    case noComparison(repaired: String?)
    case severalComparisons
    /// Nothing on one side.
    case incomplete
    /// Nothing that a node has.
    case unknownKey(String)
    /// A role that is neither manager nor worker.
    case unknownRole(String)
    /// A preference that is not `spread=KEY`, or whose key is no label.
    case noSpread
}
