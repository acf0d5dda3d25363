import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Values that only policy files have.
extension ManifestDecoder {
    /// A list of words out of a few.
    mutating func words(_ node: YAMLNode, _ known: [String]) -> [String]? {
        items(node) { item, decoder in
            guard let word = decoder.text(item) else { return nil }
            guard known.contains(word) else {
                decoder.unknownWord(item, word, known)
                return nil
            }
            return word
        }
    }

    /// A list of ports and ranges.
    mutating func portRanges(_ node: YAMLNode) -> [PortRange]? {
        items(node) { $1.portRange($0) }
    }

    /// A list of paths of fields, each of which must exist: a mistyped one would forbid nothing.
    mutating func fieldPaths(_ node: YAMLNode) -> [String]? {
        items(node) { item, decoder in
            guard let path = decoder.text(item) else { return nil }
            let kinds = ResourceKind.inOrder.map { $0.rawValue + "." }
            if let entry = Explain.lookup(path), kinds.contains(where: { entry.path.hasPrefix($0) }) {
                return entry.path
            }
            decoder.badValue(
                .badProject,
                item,
                "`\(Self.shortened(path))` is no field of a resource",
                help: ["write the kind and the field, such as `service.privileged`; see `orchplan explain service`"]
            )
            return nil
        }
    }

    private mutating func items<Value>(
        _ node: YAMLNode,
        _ read: (YAMLNode, inout ManifestDecoder) -> Value?
    ) -> [Value]? {
        guard node.isSequence else {
            wrongType(node, expected: "a list")
            return nil
        }
        return node.items.compactMap { read($0, &self) }
    }
}
