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

    /// A list of patterns of images' names, each of which can match one: a slip of the pen would forbid nothing.
    mutating func imagePatterns(_ node: YAMLNode) -> [String]? {
        items(node) { item, decoder in
            guard let pattern = decoder.text(item) else { return nil }
            let named = pattern.prefix { $0 != "@" }
            let last = named.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
            let tag = last.lastIndex(of: ":").map { last[$0...].count } ?? 0
            let name = named.dropLast(tag)
            guard !name.isEmpty, name == name.lowercased(), !pattern.contains(where: \.isWhitespace) else {
                decoder.matchesNothing(
                    item,
                    pattern,
                    "no image: their names are lower case",
                    instead: name.isEmpty ? "**\(pattern)" : name.lowercased() + pattern.dropFirst(name.count)
                )
                return nil
            }
            return pattern
        }
    }

    /// A list of patterns of absolute paths, each of which can match one.
    mutating func pathPatterns(_ node: YAMLNode) -> [String]? {
        items(node) { item, decoder in
            guard let pattern = decoder.text(item) else { return nil }
            let absolute = pattern.hasPrefix("/") || pattern.hasPrefix("**") ? pattern : "/" + pattern
            let normalised = PathRules.normalised(absolute)
            guard normalised == pattern else {
                decoder.matchesNothing(
                    item,
                    pattern,
                    "no path: they are absolute, without `.`, `..` and a closing `/`",
                    instead: normalised
                )
                return nil
            }
            return pattern
        }
    }

    private mutating func matchesNothing(_ item: YAMLNode, _ pattern: String, _ reason: String, instead: String) {
        badValue(
            .badProject,
            item,
            "`\(Self.shortened(pattern))` matches \(reason)",
            help: ["write `\(Self.shortened(instead.filter { !$0.isWhitespace }))`"]
        )
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
