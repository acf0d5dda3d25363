import SourceDiagnostics
import YAMLDocuments

/// Records: the loop that all kinds of manifests go through.
extension ManifestDecoder {
    /// Reads the pairs of a map into a record, by the record's table.
    ///
    /// - Returns: The bits of the rows that were given.
    @discardableResult
    mutating func fields<Root>(
        of node: YAMLNode,
        _ table: borrowing FieldTable<Root>,
        into root: inout Root
    ) -> UInt64 {
        guard node.isMapping else {
            let meant = node.isScalar ? ForeignNames.record(for: node.text, in: table.info.title) : nil
            wasExpanded = false
            wrongType(
                node,
                expected: "a map",
                help: meant.map { [mend("write `\(field.text): \($0)`", node, $0)] } ?? []
            )
            return 0
        }
        var seen: UInt64 = 0
        var hasUnknown = false
        for pair in node.pairs {
            guard let index = table.row(of: pair.key.utf8) else {
                reportUnknown(pair.key, of: node, in: table.info)
                hasUnknown = true
                continue
            }
            seen |= 1 << UInt64(index)
            field = table.rows[index].info.name
            if pair.value.isNull {
                if isOverlay { table.rows[index].reset(&root) } else { reportNull(pair.value, of: node) }
            } else {
                table.rows[index].decode(&root, pair.value, &self)
            }
        }
        let missing = table.required & ~seen
        // A mistyped name is one mistake: it does not also leave its field missing.
        if missing != 0, !hasUnknown, !isOverlay { reportMissing(missing, table.info, node) }
        return seen
    }

    @inline(never)
    mutating func reportMissing(_ missing: UInt64, _ info: RecordInfo, _ node: YAMLNode) {
        for (index, field) in info.fields.enumerated() where missing >> UInt64(index) & 1 == 1 {
            report(
                .missingField,
                "\(info.title) has no `\(field.name.text)`",
                at: node.smallRange,
                help: field.example.map { ["add `\(field.name.text): \($0)`"] } ?? []
            )
        }
    }

    /// Reads a record that may be there already, when an overlay adds to it.
    mutating func record<Record: ManifestRecord>(_ node: YAMLNode, into record: inout Record?) {
        var value = isOverlay ? record ?? Record() : Record()
        fields(of: node, Record.table, into: &value)
        record = value
    }
}
