import SourceDiagnostics
import YAMLDocuments

/// Where one resource is written: the nodes of its `spec`, the base first and what is laid over it behind.
struct Site {
    var name: String
    /// The range of the name.
    var nameRange: SourceRange
    /// The base's spec; nil when the manifest has none.
    var base: YAMLNode?
    /// The specs of overlays, in order.
    var overlays: [YAMLNode] = []
    /// The folder of the base's file.
    var baseDirectory = ""
    /// The folders of the overlays' files.
    var overlayDirectories: [String] = []
    /// Where the items of merged lists came from.
    var origins: [String: [ItemOrigin]] = [:]
    /// Which of the kind's fields were given by any of them.
    var seen: UInt64 = 0

    /// The place of a field such as `ports[1].published`: the smallest node on its path that exists.
    ///
    /// With a `#` behind the path it is the field's name that is meant.
    func range(_ path: String) -> SourceRange {
        let steps = FieldPath.steps(path)
        for (layer, node) in overlays.enumerated().reversed() {
            if let found = find(steps[...], from: node, layer: layer + 1, path: ""), found.isWhole {
                return found.range
            }
        }
        guard let base else { return nameRange }
        return find(steps[...], from: base, layer: 0, path: "")?.range ?? nameRange
    }

    /// The folder that a path in the field is relative to: that of the layer which gives the field.
    func directory(of field: String) -> String {
        for (node, directory) in zip(overlays, overlayDirectories).reversed() {
            if let value = node[field], !(value.isScalar && value.isNull) { return directory }
        }
        return baseDirectory
    }

    /// Whether any layer gives the field.
    func gives(_ path: String) -> Bool {
        let steps = FieldPath.steps(path)
        for (layer, node) in overlays.enumerated().reversed() {
            if let found = find(steps[...], from: node, layer: layer + 1, path: ""), found.isWhole { return true }
        }
        guard let base else { return false }
        return find(steps[...], from: base, layer: 0, path: "")?.isWhole ?? false
    }

    /// Whether the record at a path has a field that its table does not know, which may be a mistyped one.
    func hasUnknown<Root>(_ path: String, _ table: borrowing FieldTable<Root>) -> Bool {
        for node in (base.map { [$0] } ?? []) + overlays {
            var current: YAMLNode? = node
            for step in FieldPath.steps(path) {
                if case .key(let name) = step { current = current?[name] }
            }
            guard let record = current else { continue }
            guard record.isMapping else { return true }
            for pair in record.pairs where table.row(of: pair.key.utf8) == nil { return true }
        }
        return false
    }

    /// Whether any layer's list has an item with this name, readable or not.
    func hasItem(_ list: String, named name: String) -> Bool {
        ((base.map { [$0] } ?? []) + overlays)
            .contains { layer in
                layer[list]?.items.contains { $0.isMapping && $0["name"]?.text == name } ?? false
            }
    }

    private func find(
        _ steps: ArraySlice<FieldPath.Step>,
        from node: YAMLNode,
        layer: Int,
        path: String
    ) -> (range: SourceRange, isWhole: Bool)? {
        guard let step = steps.first else { return (node.smallRange, !(node.isScalar && node.isNull)) }
        let here = node.smallRange
        switch step {
        case .name: return (node.keyRange ?? here, true)
        case .key(let name):
            // A map may be written as a list of `KEY=VALUE`.
            let assigned =
                node.isSequence ? node.items.first { $0.isScalar && $0.text.prefix { $0 != "=" } == name } : nil
            if let assigned { return (assigned.smallRange, true) }
            guard node.isMapping else { return (here, false) }
            guard let child = node[name] else { return (here, false) }
            return find(steps.dropFirst(), from: child, layer: layer, path: path.isEmpty ? name : path + "." + name)
        case .item(let index):
            var position = index
            if let origins = origins[path] {
                guard origins.indices.contains(index), origins[index].layer == layer else { return (here, false) }
                position = origins[index].item
            }
            guard let child = node[position] else { return (here, false) }
            return find(steps.dropFirst(), from: child, layer: layer, path: path + "[]")
        case .anyItem:
            for child in node.items {
                if let found = find(steps.dropFirst(), from: child, layer: layer, path: path + "[]"), found.isWhole {
                    return found
                }
            }
            return (here, false)
        }
    }
}

/// Paths of fields below `spec`: `resources.limits.pids`, `ports[1].published`, `ports[].mode`.
enum FieldPath {
    enum Step: Hashable {
        case key(String)
        case item(Int)
        case anyItem
        /// The key of the node that the path led to.
        case name
    }

    /// The path of the innermost item of a list that a path leads to or through.
    static func item(around path: String) -> String? {
        path.lastIndex(of: "]").map { String(path[...$0]) }
    }

    static func steps(_ path: String) -> [Step] {
        if path.hasSuffix("#") { return steps(String(path.dropLast())) + [.name] }
        var steps: [Step] = []
        var rest = path[...]
        while !rest.isEmpty {
            if rest.first == "[" {
                let close = rest.firstIndex(of: "]") ?? rest.endIndex
                let inner = rest[rest.index(after: rest.startIndex)..<close]
                steps.append(Int(inner).map(Step.item) ?? .anyItem)
                rest = close < rest.endIndex ? rest[rest.index(after: close)...] : ""
            } else {
                if rest.first == "." { rest = rest.dropFirst() }
                // A key of a map may hold dots, so the last known record's rest is one key: maps of text are leaves.
                let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
                let name = String(rest[..<end])
                if mapFields.contains(name), end < rest.endIndex, rest[end] == "." {
                    steps.append(.key(name))
                    steps.append(.key(String(rest[rest.index(after: end)...])))
                    return steps
                }
                if !name.isEmpty { steps.append(.key(name)) }
                rest = rest[end...]
            }
        }
        return steps
    }

    private static let mapFields: Set<String> = [
        "environment", "labels", "containerLabels", "annotations", "sysctls", "driverOptions", "options",
    ]
}
