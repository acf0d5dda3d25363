import SourceDiagnostics

/// Lays one Compose file over another as `docker stack deploy -c a -c b` does.
///
/// Services merge key by key, and the later scalar wins; another network, volume, secret or config of one name takes
/// the place of the first. Of lists, commands, health checks and aliases are replaced; volumes merge by target, secrets and
/// configs by source; all other lists are joined.
enum ComposeMerge {
    /// Two files: what stands at their tops.
    static func files(_ base: ComposeNode, _ over: ComposeNode) -> ComposeNode {
        merged(base, over) { key, base, over in
            guard key == "services" else {
                return merged(base, over) { _, one, two in two.entries?.isEmpty ?? true ? one : two }
            }
            return merged(base, over) { _, one, two in service(one, two) }
        }
    }

    /// Two definitions of a service.
    static func service(_ base: ComposeNode, _ over: ComposeNode) -> ComposeNode {
        merged(base, over) { key, base, over in
            switch key {
            case "command", "entrypoint": return over.isEmptyText ? base : over
            case "healthcheck": return merged(base, over) { _, _, over in over }
            case "environment", "labels", "annotations", "sysctls":
                return deep(base.asMap(separator: "="), over.asMap(separator: "="))
            case "networks":
                return merged(base.namesAsMap, over.namesAsMap) { _, one, two in merged(one, two) { _, _, two in two } }
            case "depends_on" where base.entries != nil || over.entries != nil:
                return deep(base.namesAsMap, over.namesAsMap)
            case "ulimits": return merged(base, over) { _, _, over in over }
            case "logging":
                let (old, new) = (base["driver"]?.text ?? "", over["driver"]?.text ?? "")
                return old == new || old.isEmpty || new.isEmpty ? deep(base, over) : over
            case "ports": return joined(base, over) { "\($0.content)" }
            case "volumes": return joined(base, over, by: target)
            case "secrets", "configs": return joined(base, over) { $0.text ?? $0["source"]?.text ?? "" }
            case "deploy": return deploy(base, over)
            default: return deep(base, over)
            }
        }
    }

    private static func deploy(_ base: ComposeNode, _ over: ComposeNode) -> ComposeNode {
        merged(base, over) { key, base, over in
            key == "labels" ? deep(base.asMap(separator: "="), over.asMap(separator: "=")) : deep(base, over)
        }
    }

    /// Maps by key, lists joined, and of all else the later one.
    private static func deep(_ base: ComposeNode, _ over: ComposeNode) -> ComposeNode {
        switch (base.content, over.content) {
        case (_, .null): base
        case (.map, .map): merged(base, over) { _, base, over in deep(base, over) }
        case (.list(let base), .list(let new)): ComposeNode(.list(base + new), over.range)
        default: over
        }
    }

    private static func merged(
        _ base: ComposeNode,
        _ over: ComposeNode,
        _ both: (String, ComposeNode, ComposeNode) -> ComposeNode
    ) -> ComposeNode {
        guard var entries = base.entries else { return over.isNull ? base : over }
        guard let new = over.entries else { return over.isNull ? base : over }
        var places: [String: Int] = [:]
        for (index, entry) in entries.enumerated() where places[entry.key] == nil { places[entry.key] = index }
        for entry in new {
            if let index = places[entry.key] {
                let value = both(entry.key, entries[index].value, entry.value)
                entries[index] = ComposeEntry(key: entry.key, keyRange: entry.keyRange, value: value)
            } else {
                places[entry.key] = entries.count
                entries.append(entry)
            }
        }
        return ComposeNode(.map(entries), base.range, use: base.use)
    }

    /// Two lists; of two items with one key the later one stands, at the place of the first.
    private static func joined(
        _ base: ComposeNode,
        _ over: ComposeNode,
        by key: (ComposeNode) -> String
    ) -> ComposeNode {
        guard let old = base.items, let new = over.items else { return over.isNull ? base : over }
        var result = old
        var places: [String: Int] = [:]
        for (index, item) in old.enumerated() { places[key(item)] = index }
        for item in new {
            if let index = places[key(item)] {
                result[index] = item
            } else {
                places[key(item)] = result.count
                result.append(item)
            }
        }
        return ComposeNode(.list(result), over.range)
    }

    private static func target(of volume: ComposeNode) -> String {
        guard let text = volume.text else { return volume["target"]?.text ?? "" }
        let parts = VariableText.split(text, at: ":")
        return parts.count > 1 ? parts[1] : parts[0]
    }
}

extension ComposeNode {
    /// A list of `KEY=VALUE` as a map; a key without a separator has no value.
    func asMap(separator: Character) -> ComposeNode {
        guard let items else { return self }
        let entries = items.map { item in
            let text = item.text ?? ""
            guard let mark = text.firstIndex(of: separator) else {
                return ComposeEntry(
                    key: text,
                    keyRange: item.range,
                    value: ComposeNode(.null, item.range, use: item.use)
                )
            }
            let value = String(text[text.index(after: mark)...])
            return ComposeEntry(
                key: String(text[..<mark]),
                keyRange: item.range,
                value: ComposeNode(.scalar(value, isPlain: false), item.range, use: item.use)
            )
        }
        return ComposeNode(.map(entries), range, use: use)
    }

    /// A list of names as a map of them.
    var namesAsMap: ComposeNode {
        guard let items else { return self }
        let entries = items.map { item in
            ComposeEntry(
                key: item.text ?? "",
                keyRange: item.range,
                value: ComposeNode(.null, item.range, use: item.use)
            )
        }
        return ComposeNode(.map(entries), range, use: use)
    }

    fileprivate var isEmptyText: Bool {
        switch content {
        case .null: true
        case .scalar(let text, _): text.isEmpty
        case .list(let items): items.isEmpty
        case .map: false
        }
    }
}
