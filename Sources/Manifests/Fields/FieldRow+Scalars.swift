import ResourceModel
import YAMLDocuments

/// Rows of scalar fields.
///
/// `set` gets the value, or nil to put the default back.
extension FieldRow {
    typealias Setter<Value> = @Sendable (inout Root, Value?) -> Void

    /// A row that reads its whole value at once.
    static func value<Value>(
        _ info: FieldInfo,
        _ read: @escaping @Sendable (YAMLNode, inout ManifestDecoder) -> Value?,
        _ set: @escaping Setter<Value>
    ) -> FieldRow {
        FieldRow(
            info: info,
            decode: { root, node, decoder in
                if let value = read(node, &decoder) { set(&root, value) }
            },
            reset: { set(&$0, nil) }
        )
    }

    static func text(
        _ name: StaticString,
        _ doc: String,
        _ format: TextFormat = .any,
        default defaultText: String? = nil,
        example: String? = nil,
        required: Bool = false,
        _ set: @escaping Setter<String>
    ) -> FieldRow {
        let info = FieldInfo(name, doc, .text(format), defaultText, example, required)
        return switch format {
        case .any, .name: .value(info, { $1.text($0) }, set)
        default: .value(info, { $1.text($0, format) }, set)
        }
    }

    static func flag(_ name: StaticString, _ doc: String, _ set: @escaping Setter<Bool>) -> FieldRow {
        .value(FieldInfo(name, doc, .bool, "false", "true"), { $1.bool($0) }, set)
    }

    static func integer(
        _ name: StaticString,
        _ doc: String,
        _ range: ClosedRange<Int>,
        default defaultText: String? = nil,
        example: String? = nil,
        required: Bool = false,
        _ set: @escaping Setter<Int>
    ) -> FieldRow {
        .value(
            FieldInfo(name, doc, .integer(range), defaultText, example, required),
            { $1.integer($0, in: range) },
            set
        )
    }

    static func number(
        _ name: StaticString,
        _ doc: String,
        _ range: ClosedRange<Double>,
        default defaultText: String? = nil,
        example: String? = nil,
        _ set: @escaping Setter<Double>
    ) -> FieldRow {
        .value(FieldInfo(name, doc, .number(range), defaultText, example), { $1.number($0, in: range) }, set)
    }

    static func duration(
        _ name: StaticString,
        _ doc: String,
        default defaultText: String? = nil,
        example: String,
        _ set: @escaping Setter<Duration>
    ) -> FieldRow {
        .value(FieldInfo(name, doc, .duration, defaultText, example), { $1.duration($0) }, set)
    }

    static func size(
        _ name: StaticString,
        _ doc: String,
        example: String,
        _ set: @escaping Setter<ByteCount>
    ) -> FieldRow {
        .value(FieldInfo(name, doc, .size, nil, example), { $1.size($0) }, set)
    }

    static func cpus(
        _ name: StaticString,
        _ doc: String,
        example: String,
        _ set: @escaping Setter<CPUCount>
    ) -> FieldRow {
        .value(FieldInfo(name, doc, .cpus, nil, example), { $1.cpus($0) }, set)
    }

    static func mode(_ name: StaticString, _ doc: String, _ set: @escaping Setter<FileMode>) -> FieldRow {
        .value(FieldInfo(name, doc, .fileMode, nil, "\"0400\""), { $1.fileMode($0) }, set)
    }

    static func choice<Choice: CanonicalEnum>(
        _ name: StaticString,
        _ doc: String,
        default standard: Choice? = nil,
        _ set: @escaping Setter<Choice>
    ) -> FieldRow {
        let words = Choice.allCases.map(\.rawValue)
        return .value(
            FieldInfo(name, doc, .choice(words), standard?.rawValue, words.last),
            { $1.choice($0, Choice.self) },
            set
        )
    }
}

extension FieldInfo {
    init(
        _ name: StaticString,
        _ doc: String,
        _ type: FieldType,
        _ defaultText: String? = nil,
        _ example: String? = nil,
        _ isRequired: Bool = false
    ) {
        self.init(
            name: name,
            doc: doc,
            type: type,
            defaultText: defaultText,
            example: example,
            isRequired: isRequired
        )
    }
}
