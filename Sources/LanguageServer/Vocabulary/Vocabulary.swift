import Manifests
import ResourceModel

/// What may be written where, from the tables that manifests are decoded with.
struct Vocabulary: Sendable {
    enum Root: Sendable, Hashable {
        /// A manifest of a kind, nil while it does not say one.
        case manifest(ResourceKind?)
        case project
    }

    let root: Root

    init(_ root: Root) { self.root = root }

    /// The vocabulary of a document.
    init(_ outline: Outline, isProjectFile: Bool) {
        self.init(isProjectFile ? .project : .manifest(outline.kind))
    }

    /// What may stand at a path.
    func types(_ path: some Collection<OutlineStep>) -> [FieldType] {
        guard let first = path.first else { return rootTypes }
        if case .manifest(let kind) = root, first == .key("spec") {
            guard let kind else { return [] }
            return Self.follow(path.dropFirst(), from: [.record { Explain.record(of: kind) }])
        }
        return Self.follow(path, from: rootTypes)
    }

    /// The field that a path ends with, for its documentation; nil for keys of the author's choice.
    func field(_ path: [OutlineStep]) -> FieldInfo? {
        var path = path[...]
        while path.last == .item { path = path.dropLast() }
        guard case .key(let name)? = path.last else { return nil }
        return types(path.dropLast()).lazy
            .compactMap { type in
                if case .record(let info) = type { info()[name] } else { nil }
            }
            .first
    }

    /// The path as `explain` takes it: `service.ports[].published`.
    func name(_ path: [OutlineStep]) -> String {
        var text =
            switch (root, path.first) {
            case (.project, _): "project"
            case (.manifest(let kind), .key("spec")): kind?.rawValue ?? "manifest"
            case (.manifest, .key("metadata")): ""
            case (.manifest, _): "manifest"
            }
        for step in path {
            switch step {
            case .item: text += "[]"
            case .key("spec") where !text.contains("."): continue
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            }
        }
        return text
    }

    private var rootTypes: [FieldType] {
        let name = root == .project ? "project" : "manifest"
        return Explain.roots.first { $0.name == name }.map { root in [.record { root.record }] } ?? []
    }

    private static func follow(_ path: some Collection<OutlineStep>, from types: [FieldType]) -> [FieldType] {
        path.reduce(types.flatMap(\.alternatives)) { types, step in
            types.flatMap { $0.step(step).flatMap(\.alternatives) }
        }
    }
}

extension FieldType {
    /// The type, or those of which it may be any.
    var alternatives: [FieldType] {
        if case .anyOf(let types) = self { types.flatMap(\.alternatives) } else { [self] }
    }

    fileprivate func step(_ step: OutlineStep) -> [FieldType] {
        switch (self, step) {
        case (.record(let info), .key(let key)): info()[key].map { [$0.type] } ?? []
        case (.map(let value), .key), (.entries(_, let value), .key): [value]
        case (.list(let element), .item): [element]
        default: []
        }
    }
}

extension Outline {
    /// What the document declares.
    var kind: ResourceKind? {
        child("kind", of: nil).flatMap(valueText)
            .flatMap { text in ResourceKind.inOrder.first { $0.manifestName == text } }
    }

    /// The node of the resource's name.
    var nameNode: Int? { child("metadata", of: nil).flatMap { child("name", of: $0) } }

    /// What the document declares, under which name.
    var address: ResourceAddress? {
        guard let kind, let name = nameNode.flatMap(valueText), ResourceAddress.isValidName(name) else { return nil }
        return ResourceAddress(kind, name)
    }
}
