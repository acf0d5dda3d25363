import YAMLDocuments

/// One row of a record's table: what the field is, and how a node sets it.
package struct FieldRow<Root>: Sendable {
    package let info: FieldInfo
    /// Sets the field from a node, reporting what is wrong with the node.
    let decode: @Sendable (inout Root, YAMLNode, inout ManifestDecoder) -> Void
    /// Puts the field back to its default, as `null` in an overlay asks.
    let reset: @Sendable (inout Root) -> Void
}

/// The fields of one record; the decoder, the schema and `explain` read the same rows.
package struct FieldTable<Root>: Sendable {
    package let info: RecordInfo
    package let rows: [FieldRow<Root>]
    /// The bits of the rows that must be given.
    let required: UInt64
    private let index: KeyIndex

    /// A table of at most 64 rows.
    init(_ title: String, _ doc: String, exactlyOne: [String] = [], _ rows: [FieldRow<Root>]) {
        self.rows = rows
        info = RecordInfo(title: title, doc: doc, fields: rows.map(\.info), exactlyOne: exactlyOne)
        index = KeyIndex(rows.map(\.info.name))
        required = rows.indices.reduce(0) { rows[$1].info.isRequired ? $0 | 1 << UInt64($1) : $0 }
    }

    /// The row with this name, or nil.
    @inline(__always)
    func row(of key: UnsafeBufferPointer<UInt8>) -> Int? { index.position(of: key) }

    /// The bit of the row with this name; 0 for a name that has none.
    func bit(_ name: String) -> UInt64 {
        var name = name
        return name.withUTF8 { row(of: $0) }.map { 1 << UInt64($0) } ?? 0
    }
}
