import ResourceModel
import YAMLDocuments

/// Rows of lists, maps and records.
extension FieldRow {
    /// A list of texts; an overlay's list takes the place of the base's.
    static func texts(
        _ name: StaticString,
        _ doc: String,
        _ format: TextFormat = .any,
        example: String,
        _ set: @escaping Setter<[String]>
    ) -> FieldRow {
        .value(FieldInfo(name, doc, .list(.text(format)), "[]", example), { $1.texts($0, format) }, set)
    }

    /// A list of texts that is read in a way of its own.
    static func patterns(
        _ name: StaticString,
        _ doc: String,
        example: String,
        _ read: @escaping @Sendable (YAMLNode, inout ManifestDecoder) -> [String]?,
        set: @escaping Setter<[String]>
    ) -> FieldRow {
        .value(FieldInfo(name, doc, .list(.text(.any)), "[]", example), read, set)
    }

    /// A list of arguments, or a text that is split into one.
    static func command(
        _ name: StaticString,
        _ doc: String,
        example: String,
        _ set: @escaping Setter<[String]>
    ) -> FieldRow {
        .value(
            FieldInfo(name, doc, .anyOf([.list(.text(.any)), .text(.commandLine)]), nil, example),
            { $1.command($0) },
            set
        )
    }

    /// A map of texts, or a list of `KEY=VALUE`.
    static func map(
        _ name: StaticString,
        _ doc: String,
        example: String,
        merge: @escaping @Sendable (inout Root, (inout SortedMap<String>) -> Void) -> Void
    ) -> FieldRow {
        .merging(
            FieldInfo(name, doc, .anyOf([.map(.text(.any)), .list(.text(.assignment))]), "{}", example),
            merge: { root, node, decoder in
                merge(&root) { decoder.map(node, into: &$0) }
            },
            reset: { merge(&$0) { $0 = [:] } }
        )
    }

    /// A record of its own.
    static func record<Record: ManifestRecord>(
        _ name: StaticString,
        _ doc: String,
        _ type: Record.Type,
        example: String? = nil,
        merge: @escaping @Sendable (inout Root, (inout Record?) -> Void) -> Void
    ) -> FieldRow {
        .merging(
            FieldInfo(name, doc, .record { Record.table.info }, nil, example),
            merge: { root, node, decoder in
                merge(&root) { decoder.record(node, into: &$0) }
            },
            reset: { merge(&$0) { $0 = nil } }
        )
    }

    /// A field that an overlay merges with what the base said.
    static func merging(
        _ info: FieldInfo,
        merge: @escaping @Sendable (inout Root, YAMLNode, inout ManifestDecoder) -> Void,
        reset: @escaping @Sendable (inout Root) -> Void
    ) -> FieldRow {
        FieldRow(info: info, decode: merge, reset: reset)
    }
}

/// A record that manifests hold as a map.
protocol ManifestRecord: Sendable {
    /// The record with every field at its default.
    init()

    /// Its fields.
    static var table: FieldTable<Self> { get }
}
