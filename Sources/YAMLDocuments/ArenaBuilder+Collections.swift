import CLibYAML
import SourceDiagnostics

extension ArenaBuilder {
    /// Opens a sequence.
    mutating func beginSequence(_ event: UnsafePointer<yaml_event_t>) {
        let data = event.pointee.data.sequence_start
        begin(
            .sequence,
            isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE,
            anchor: data.anchor,
            tag: data.tag,
            event: event
        )
    }

    /// Opens a mapping.
    mutating func beginMapping(_ event: UnsafePointer<yaml_event_t>) {
        let data = event.pointee.data.mapping_start
        begin(
            .mapping,
            isFlow: data.style == YAML_FLOW_MAPPING_STYLE,
            anchor: data.anchor,
            tag: data.tag,
            event: event
        )
    }

    @inline(__always)
    private mutating func begin(
        _ kind: YAMLKind,
        isFlow: Bool,
        anchor: UnsafePointer<UInt8>?,
        tag: UnsafePointer<UInt8>?,
        event: UnsafePointer<yaml_event_t>
    ) {
        var start = cursor.offset(event.pointee.start_mark.index)
        let end = cursor.offset(event.pointee.end_mark.index)
        var nodeTag = YAMLTag.none
        if tag != nil { nodeTag = self.tag(tag, start: start, end: end, for: kind) }
        // Anchor and tag stand before the bracket.
        if isFlow, anchor != nil || tag != nil { start = max(start, end - 1) }
        let top = open.count - 1
        var isKey = false
        if top >= 0, open.base[top].isMapping, open.base[top].expectsKey {
            isKey = true
            reportCollectionKey(start: start, end: max(end, start + 1), isMapping: kind == .mapping)
        }
        let record = records.count
        records.append(
            NodeRecord(
                bits: NodeRecord.bits(kind, isFlow ? .flow : .block, nodeTag) | (isKey ? NodeRecord.hidden : 0),
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: start),
                first: 0,
                second: 0
            )
        )
        lastEnd = start
        let number = anchor == nil ? -1 : anchors.open(anchor, record: record)
        open.append(
            OpenCollection(
                record: record,
                isMapping: kind == .mapping,
                isFlow: isFlow,
                column: anchor == nil && tag == nil ? Int(event.pointee.start_mark.column) : -1,
                keyBase: keys.count,
                anchor: number,
                isKey: isKey,
                expectsKey: kind == .mapping
            )
        )
        if open.count > limits.nesting { reportTooDeep(at: range(start, start + 1)) }
    }

    /// Closes the innermost collection.
    mutating func endCollection(_ event: UnsafePointer<yaml_event_t>) {
        guard open.count > 0 else { return }
        let frame = open.base[open.count - 1]
        if frame.isFlow { lastEnd = cursor.offset(event.pointee.end_mark.index) }
        let end = lastEnd
        if frame.mergeValue >= 0 { merge(frame) }
        let count = open.base[open.count - 1].count
        let expanded = open.base[open.count - 1].expanded
        open.truncate(to: open.count - 1)
        if frame.isMapping { keys.remove(from: frame.keyBase) }
        let record = records.base + frame.record
        record.pointee.end = UInt32(truncatingIfNeeded: end)
        record.pointee.first = UInt32(truncatingIfNeeded: count)
        record.pointee.second = UInt32(truncatingIfNeeded: records.count)
        if frame.anchor >= 0 { anchors.close(frame.anchor, expanded: expanded, height: frame.height) }
        finishNode(record: frame.record, expanded: expanded, height: frame.height)
    }

    mutating func reportTooDeep(at place: SourceRange) {
        isAbandoned = true
        report(
            Diagnostic(
                .yamlTooDeep,
                "nested deeper than \(limits.nesting) levels",
                at: place,
                notes: ["the rest of this document was not read"]
            )
        )
    }
}
