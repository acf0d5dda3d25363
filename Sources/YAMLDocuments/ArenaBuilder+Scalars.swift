import CLibYAML
import Glibc
import SourceDiagnostics

extension ArenaBuilder {
    /// Adds a scalar.
    mutating func scalar(_ event: UnsafePointer<yaml_event_t>) {
        let data = event.pointee.data.scalar
        let length = data.length
        var start = cursor.offset(event.pointee.start_mark.index)
        var end = cursor.offset(event.pointee.end_mark.index)
        let style: YAMLStyle
        switch data.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: style = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: style = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: style = .literal
        case YAML_FOLDED_SCALAR_STYLE: style = .folded
        default: style = .plain
        }
        var tag = YAMLTag.none
        if data.tag != nil { tag = self.tag(data.tag, start: start, end: end, for: .scalar) }
        let hasProperties = data.anchor != nil || data.tag != nil

        var bits = NodeRecord.bits(.scalar, style, tag)
        var text = start
        if style == .plain, !hasProperties, length == end - start,
            event.pointee.start_mark.line == event.pointee.end_mark.line
        {
            // The common case: a plain scalar on one line is its own text, and need not be compared.
            if length <= 4, isNullText(data.value, length) { bits |= NodeRecord.null }
        } else {
            // Anchor and tag stand before the text, so it is counted from the end.
            let quote = style == .singleQuoted || style == .doubleQuoted ? 1 : 0
            text = end - quote - length
            if style != .literal, style != .folded, text >= start + quote,
                memcmp(source + text, data.value, length) == 0
            {
                if hasProperties { start = text - quote }
            } else {
                text = side.count
                bits |= NodeRecord.side
                if let value = data.value { side.append(from: value, count: length) }
                if style == .literal || style == .folded { end = trimmedEnd(start: start, end: end) }
            }
            if style == .plain, tag == .none, length <= 4, isNullText(data.value, length) { bits |= NodeRecord.null }
            if tag == .null { bits |= NodeRecord.null }
        }
        let record = records.count
        records.append(
            NodeRecord(
                bits: bits,
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: end),
                first: UInt32(truncatingIfNeeded: text),
                second: UInt32(truncatingIfNeeded: length)
            )
        )
        lastEnd = end
        if length > limits.scalarBytes { reportLongScalar(record) }
        if data.anchor != nil { anchors.define(data.anchor, record: record, expanded: 1, height: 0) }
        if expectsKey {
            checkKey(record, mark: event.pointee.start_mark)
        }
        finishNode(record: record, expanded: 1, height: 0)
    }

    /// Whether a plain text is one of the ways in which the core schema writes null.
    @inline(__always)
    private func isNullText(_ value: UnsafePointer<UInt8>?, _ length: Int) -> Bool {
        guard let value, length > 0 else { return true }
        if length == 1 { return value[0] == UInt8(ascii: "~") }
        guard length == 4, value[0] | 0x20 == UInt8(ascii: "n") else { return false }
        let lower = value[1] == UInt8(ascii: "u") && value[2] == UInt8(ascii: "l") && value[3] == UInt8(ascii: "l")
        let upper = value[1] == UInt8(ascii: "U") && value[2] == UInt8(ascii: "L") && value[3] == UInt8(ascii: "L")
        return lower || (upper && value[0] == UInt8(ascii: "N"))
    }

    /// libyaml ends a block scalar at the next node; its last line ends earlier.
    func trimmedEnd(start: Int, end: Int) -> Int {
        var end = end
        while end > start + 1, source[end - 1] == 0x20 || source[end - 1] == 0x0A || source[end - 1] == 0x0D {
            end -= 1
        }
        return end
    }

    private mutating func reportLongScalar(_ record: Int) {
        let whole = range(of: record)
        let size = Int(records.base[record].second)
        report(
            Diagnostic(
                .yamlScalarTooLong,
                "text of \(size) bytes is longer than the limit of \(limits.scalarBytes)",
                at: SourceRange(file: id, start: whole.start, end: min(whole.end, whole.start + 32)),
                help: [Help("put large contents into a file of its own and name the file")]
            )
        )
    }

    /// Reads an explicit tag, and reports one that is not of the core schema or does not fit the kind of the node.
    mutating func tag(_ tag: UnsafePointer<UInt8>?, start: Int, end: Int, for kind: YAMLKind) -> YAMLTag {
        guard let tag else { return .none }
        let name = String(cString: tag)
        let known: YAMLTag? =
            switch name {
            case "tag:yaml.org,2002:str": .str
            case "tag:yaml.org,2002:int": .int
            case "tag:yaml.org,2002:float": .float
            case "tag:yaml.org,2002:bool": .bool
            case "tag:yaml.org,2002:null": .null
            case "tag:yaml.org,2002:map": .map
            case "tag:yaml.org,2002:seq": .seq
            default: nil
            }
        let place = tagRange(start: start)
        let written = Escaping.visible(file.text(in: place))
        guard let known else {
            report(
                Diagnostic(
                    .yamlUnknownTag,
                    "unknown tag `\(written)`",
                    at: place,
                    notes: ["known tags: !!str, !!int, !!float, !!bool, !!null, !!map, !!seq"],
                    help: [Help("remove the tag", edits: [TextEdit(tagWithSpace(place), "")])]
                )
            )
            return .none
        }
        let fits: Bool =
            switch kind {
            case .scalar: known != .map && known != .seq
            case .sequence: known == .seq
            case .mapping: known == .map
            }
        if !fits {
            let noun = kind == .scalar ? "text" : kind == .sequence ? "a list" : "a map"
            report(Diagnostic(.yamlUnknownTag, "tag `\(written)` does not fit \(noun)", at: place))
            return .none
        }
        return known
    }

    /// The stretch of the tag among the properties of a node, which start at `start`.
    private func tagRange(start: Int) -> SourceRange {
        let count = file.count
        var from = start
        while from < count, source[from] != UInt8(ascii: "!"), source[from] != 0x0A { from += 1 }
        var to = from
        while to < count, source[to] > 0x20 { to += 1 }
        return range(from, max(to, from))
    }

    private func tagWithSpace(_ tag: SourceRange) -> SourceRange {
        let end = Int(tag.end)
        return end < file.count && source[end] == 0x20 ? range(Int(tag.start), end + 1) : tag
    }
}
