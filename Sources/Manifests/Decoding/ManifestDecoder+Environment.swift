import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Environment variables of a service.
extension ManifestDecoder {
    mutating func environment(_ node: YAMLNode, into map: inout SortedMap<EnvironmentValue>) {
        var entries: [(key: String, value: EnvironmentValue)] = []
        entries.reserveCapacity(node.count)
        var removed: [String] = []
        if node.isMapping {
            for pair in node.pairs {
                guard let key = variableName(pair.key, pair.key.utf8) else { continue }
                if pair.value.isNull, isOverlay {
                    removed.append(key)
                } else if let value = variable(key, pair.value, keyNode: pair.key) {
                    entries.append((key, value))
                }
            }
        } else if node.isSequence {
            var known: Set<String> = []
            for item in node.items {
                guard let (name, value) = assignment(item), let key = variableName(item, name) else { continue }
                if !known.insert(key).inserted {
                    report(.duplicateEntry, "`\(key)` is given twice in `environment`", at: item.smallRange)
                } else if let value {
                    entries.append((key, .text(value)))
                } else if let value = passedThrough(key, item) {
                    entries.append((key, value))
                }
            }
        } else {
            wrongType(node, expected: "a map")
            return
        }
        if isOverlay {
            for entry in entries { map[entry.key] = entry.value }
            for key in removed { map[key] = nil }
        } else {
            map = SortedMap(pairs: entries)
        }
    }

    private mutating func variableName(_ node: YAMLNode, _ name: String) -> String? {
        var name = name
        return name.withUTF8 { variableName(node, $0) }
    }

    private mutating func variableName(_ node: YAMLNode, _ bytes: Bytes) -> String? {
        let name = String(decoding: bytes, as: UTF8.self)
        for byte in bytes where byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "=") {
            badValue(.invalidText, node, "`\(Self.shortened(name))` cannot be the name of a variable")
            return nil
        }
        guard !bytes.isEmpty else {
            badValue(.invalidText, node, "the name of a variable is empty")
            return nil
        }
        return name
    }

    private mutating func variable(_ key: String, _ node: YAMLNode, keyNode: YAMLNode) -> EnvironmentValue? {
        if node.isNull { return passedThrough(key, keyNode) }
        if node.isScalar { return text(node).map(EnvironmentValue.text) }
        guard node.isMapping else {
            wrongType(node, expected: "text, null or the name of a secret or config")
            return nil
        }
        var source = EnvironmentSource()
        let faults = diagnostics.count
        func keepMentions() {
            keepMention("secret", of: node, .secret, since: faults)
            keepMention("config", of: node, .config, since: faults)
        }
        guard item(node, into: &source) else {
            keepMentions()
            return nil
        }
        switch (source.secret, source.config) {
        case (let name?, nil): return .secret(name: name, object: nil)
        case (nil, let name?): return .config(name: name, object: nil)
        default:
            keepMentions()
            badValue(.oneOf, node, "`\(key)` takes exactly one of secret and config")
            return nil
        }
    }

    /// The value in the environment of whoever compiles.
    private mutating func passedThrough(_ key: String, _ node: YAMLNode) -> EnvironmentValue? {
        variableUses.append(VariableUse(name: key, range: node.range))
        if let value = context.variables.environment[key] { return .text(value) }
        report(
            .unsetVariable,
            "`\(key)` is passed through, but is not in the environment",
            at: node.range,
            severity: .warning,
            help: ["set it, or give it a value; instances will not have it"]
        )
        return nil
    }
}
