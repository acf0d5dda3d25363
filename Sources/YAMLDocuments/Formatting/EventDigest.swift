import CLibYAML
import SourceDiagnostics

/// What a text says: its events with values, anchors, tags and the styles that matter, without places.
///
/// Single and double quotes are the same; quotes or none, and each kind of block, are not.
struct EventDigest: Hashable {
    private var bytes: [UInt8] = []

    /// Nil when the text is no YAML, or nested deeper than the limit: libyaml looks at every open bracket for each token.
    init?(_ file: SourceFile) {
        let start = file.markLength
        guard let parser = EventParser(bytes: file.base + start, count: file.count - start, isStepped: false) else {
            return nil
        }
        defer { parser.free() }
        var depth = 0
        while true {
            guard let event = parser.next() else { return nil }
            defer { yaml_event_delete(event) }
            add(event.pointee)
            switch event.pointee.type {
            case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: depth += 1
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
            case YAML_STREAM_END_EVENT: return
            default: break
            }
            if depth > ParseLimits.standard.nesting { return nil }
        }
    }

    private mutating func add(_ event: yaml_event_t) {
        bytes.append(UInt8(truncatingIfNeeded: event.type.rawValue))
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: add(event.data.document_start.implicit)
        case YAML_DOCUMENT_END_EVENT: add(event.data.document_end.implicit)
        case YAML_ALIAS_EVENT: add(event.data.alias.anchor)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            add(data.anchor)
            add(data.tag)
            add(data.style == YAML_FLOW_SEQUENCE_STYLE ? 1 : 0)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            add(data.anchor)
            add(data.tag)
            add(data.style == YAML_FLOW_MAPPING_STYLE ? 1 : 0)
        case YAML_SCALAR_EVENT: add(event.data.scalar)
        default: break
        }
    }

    private mutating func add(_ data: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar) {
        add(data.anchor)
        add(data.tag)
        add(data.plain_implicit)
        add(data.quoted_implicit)
        let style = data.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : data.style
        add(Int32(truncatingIfNeeded: style.rawValue))
        add(Int32(truncatingIfNeeded: data.length))
        bytes.append(contentsOf: UnsafeBufferPointer(start: data.value, count: data.length))
    }

    private mutating func add(_ number: Int32) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }

    private mutating func add(_ text: UnsafeMutablePointer<UInt8>?) {
        guard var next = text else { return bytes.append(0) }
        bytes.append(1)
        while next.pointee != 0 {
            bytes.append(next.pointee)
            next += 1
        }
        bytes.append(0)
    }
}

/// The comments of a text in order, each with how many tokens stand before it and whether it has its line for itself.
struct CommentDigest: Hashable {
    private struct Comment: Hashable {
        var text: [UInt8]
        var tokens: Int
        var isAlone: Bool
    }

    private var comments: [Comment] = []

    init?(_ file: SourceFile, _ tokens: [YAMLToken]) {
        var at = 0
        var count = 0
        for token in tokens.map(\.range) + [file.count..<file.count]
        where !token.isEmpty || token.lowerBound == file.count {
            guard token.lowerBound >= at, let gap = TokenGap(file, at..<token.lowerBound, column: 0) else { return nil }
            let startsLine = at == 0 || file.bytes[at - 1] == 0x0A || file.bytes[at - 1] == 0x0D
            for (index, piece) in gap.pieces.enumerated() {
                guard let text = piece.comment else { continue }
                let isAlone = index > 0 || startsLine
                comments.append(Comment(text: LayoutFormatter.comment(text), tokens: count, isAlone: isAlone))
            }
            at = token.upperBound
            count += 1
        }
    }
}
