import CLibYAML
import SourceDiagnostics

/// One token of YAML with the bytes that it takes; some take none, and tell of structure alone.
struct YAMLToken {
    enum Kind {
        case directive
        case documentStart
        case documentEnd
        case blockSequenceStart
        case blockMappingStart
        case blockEnd
        case flowStart
        case flowEnd
        case blockEntry
        case flowEntry
        case key
        case value
        case alias
        case property
        case scalar
    }

    let kind: Kind
    let range: Range<Int>
    /// How a scalar is written.
    let style: YAMLStyle
}

/// A text as tokens; what is between them is white space and comments.
struct TokenScan {
    private(set) var tokens: [YAMLToken] = []

    /// Nil when the text is no YAML, or nested deeper than the limit.
    init?(_ file: SourceFile) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { return nil }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // libyaml would count a byte order mark as a column.
        let start = file.markLength
        yaml_parser_set_input_string(parser, file.base + start, file.count - start)
        var cursor = OffsetCursor(source: file.base, base: start, limit: file.count, isASCII: false)
        var token = yaml_token_t()
        var depth = 0
        while true {
            guard yaml_parser_scan(parser, &token) == 1 else { return nil }
            defer { yaml_token_delete(&token) }
            if token.type == YAML_STREAM_END_TOKEN || token.type == YAML_NO_TOKEN { return }
            guard let kind = Self.kind(token.type) else { continue }
            switch kind {
            case .blockSequenceStart, .blockMappingStart, .flowStart: depth += 1
            case .blockEnd, .flowEnd: depth -= 1
            default: break
            }
            if depth > ParseLimits.standard.nesting { return nil }
            let start = cursor.offset(token.start_mark.index)
            let end = cursor.offset(token.end_mark.index)
            let style = kind == .scalar ? Self.style(token.data.scalar.style) : .plain
            tokens.append(YAMLToken(kind: kind, range: start..<max(start, end), style: style))
        }
    }

    private static func kind(_ type: yaml_token_type_t) -> YAMLToken.Kind? {
        switch type {
        case YAML_VERSION_DIRECTIVE_TOKEN, YAML_TAG_DIRECTIVE_TOKEN: .directive
        case YAML_DOCUMENT_START_TOKEN: .documentStart
        case YAML_DOCUMENT_END_TOKEN: .documentEnd
        case YAML_BLOCK_SEQUENCE_START_TOKEN: .blockSequenceStart
        case YAML_BLOCK_MAPPING_START_TOKEN: .blockMappingStart
        case YAML_BLOCK_END_TOKEN: .blockEnd
        case YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN: .flowStart
        case YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN: .flowEnd
        case YAML_BLOCK_ENTRY_TOKEN: .blockEntry
        case YAML_FLOW_ENTRY_TOKEN: .flowEntry
        case YAML_KEY_TOKEN: .key
        case YAML_VALUE_TOKEN: .value
        case YAML_ALIAS_TOKEN: .alias
        case YAML_ANCHOR_TOKEN, YAML_TAG_TOKEN: .property
        case YAML_SCALAR_TOKEN: .scalar
        default: nil
        }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }
}

extension SourceFile {
    /// How many bytes a byte order mark takes at the start of the file: three or none.
    var markLength: Int { text(in: 0..<3) == "\u{FEFF}" ? 3 : 0 }
}
