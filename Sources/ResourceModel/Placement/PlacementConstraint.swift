/// One placement constraint in SwarmKit's grammar: `node.labels.zone == a`, `node.role != manager`.
///
/// What is compared, and how, is SwarmKit's (manager/constraint): names of keys and values in any case, names of labels
/// as they are written, and what a node does not have is like the empty text. Addresses are compared as addresses, with
/// a network too: `node.ip == 10.0.0.0/8`.
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
        guard Self.isReadableKey(name) else { throw .unreadableKey(name) }
        guard value.utf8.allSatisfy(Self.isReadable) else { throw .unreadableValue(value) }
        self.key = key
        if key == .address, NodeAddress(parsing: value) == nil { throw .noAddress(value) }
        if key == .role, NodeRole(rawValue: value.lowercased()) == nil { throw .unknownRole(value) }
    }

    /// Whether the node is as the constraint asks.
    package func allows(_ node: Node) -> Bool {
        guard key == .address else { return (key.value(of: node).lowercased() == value.lowercased()) == isEqual }
        // A node whose address is not known is at none.
        guard let wanted = NodeAddress(parsing: value) else { return false }
        return (NodeAddress(parsing: node.address).map { wanted.contains($0) } ?? false) == isEqual
    }

    /// The constraint as manifests write it.
    package var text: String { "\(key.text) \(isEqual ? "==" : "!=") \(value)" }

    /// A label may be named anything, but SwarmKit finds only those names in a constraint that have these characters.
    private static func isReadableKey(_ key: String) -> Bool {
        key.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    /// What a value may be made of; SwarmKit keeps the rest for operators to come.
    private static func isReadable(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B
            || #":-.*()?+[]\^$|/"#.utf8.contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_")
    }

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
        let space: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
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
    /// A label whose name has characters that constraints cannot have.
    case unreadableKey(String)
    /// A value with characters that constraints cannot have.
    case unreadableValue(String)
    /// A `node.ip` that is neither an address nor a network: no node would meet it, whichever way it compares.
    case noAddress(String)
    /// A role that is neither manager nor worker.
    case unknownRole(String)
    /// A preference that is not `spread=KEY`, or whose key is no label.
    case noSpread
}
