import ResourceModel

/// The documentation of fields, from the tables that decode them.
package enum Explain {
    /// What is known about one path.
    package struct Entry: Sendable {
        /// The path, such as `service.healthcheck.interval`.
        package var path: String
        package var doc: String
        /// The type in words.
        package var type: String
        package var defaultText: String?
        package var example: String?
        package var isRequired: Bool
        /// The fields below, if it is a record or holds records.
        package var fields: [FieldInfo]
    }

    /// The record of a kind's spec.
    package static func record(of kind: ResourceKind) -> RecordInfo {
        switch kind {
        case .service: ServiceDraft.table.info
        case .network: NetworkDraft.table.info
        case .volume: VolumeDraft.table.info
        case .secret: SecretDraft.table.info
        case .config: ConfigDraft.table.info
        }
    }

    /// The records that a path can start with: kinds in any case, `manifest`, `metadata`, `project` and `policy`.
    package static let roots: [(name: String, record: RecordInfo)] =
        ResourceKind.inOrder.map { ($0.rawValue, record(of: $0)) }
        + [
            ("manifest", Header.table.info), ("metadata", MetadataDraft.table.info),
            ("project", ProjectFile.table.info), ("policy", PolicyFile.table.info),
        ]

    /// Looks up `service`, `service.healthcheck.interval` or `Service.spec.ports[].published`.
    package static func lookup(_ path: String) -> Entry? {
        var parts = path.split(separator: ".").map { $0.prefix { $0 != "[" } }.map(String.init)
        guard let first = parts.first?.lowercased(), let root = roots.first(where: { $0.name == first }) else {
            return nil
        }
        parts.removeFirst()
        if parts.first == "spec" { parts.removeFirst() }
        guard !parts.isEmpty else {
            return Entry(
                path: root.name,
                doc: root.record.doc,
                type: root.record.title,
                isRequired: false,
                fields: root.record.fields
            )
        }
        let rest = parts.joined(separator: ".")
        guard let field = field(rest, of: root.record) else { return nil }
        return Entry(
            path: "\(root.name).\(rest)",
            doc: field.doc,
            type: field.type.text,
            defaultText: field.defaultText,
            example: field.example,
            isRequired: field.isRequired,
            fields: field.type.record?.fields ?? []
        )
    }

    /// The field at a path below a record; items of lists and keys of maps are passed through.
    static func field(_ path: String, of record: RecordInfo) -> FieldInfo? {
        var current: RecordInfo? = record
        var found: FieldInfo?
        for step in FieldPath.steps(path) {
            guard case .key(let name) = step else { continue }
            if let here = current, let field = here[name] {
                found = field
                current = field.type.record
            } else if found?.type.isMap == true {
                // The key of a map.
                continue
            } else {
                return nil
            }
        }
        return found
    }
}

extension FieldType {
    /// Whether the field takes a map with keys of the author's choice.
    var isMap: Bool {
        switch self {
        case .map, .entries: true
        case .anyOf(let types): types.contains(where: \.isMap)
        default: false
        }
    }
}
