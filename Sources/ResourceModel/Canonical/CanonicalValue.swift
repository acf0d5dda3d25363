/// A canonical text as a tree: what diffs walk and what specs are read back from.
package enum CanonicalValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([CanonicalValue])
    case object([CanonicalMember])

    package subscript(key: String) -> CanonicalValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    package var array: [CanonicalValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    package var object: [CanonicalMember]? {
        if case .object(let members) = self { members } else { nil }
    }
}

/// One key and its value in a canonical object.
package struct CanonicalMember: Sendable, Hashable {
    package var key: String
    package var value: CanonicalValue

    package init(key: String, value: CanonicalValue) {
        self.key = key
        self.value = value
    }
}

extension CanonicalValue: CanonicalCodable {
    package init(canonical value: CanonicalValue) {
        self = value
    }

    package func encode(to writer: inout CanonicalWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .integer(let value): writer.integer(value)
        case .number(let value): writer.number(value)
        case .string(let value): writer.string(value)
        case .array(let items):
            writer.beginArray()
            for item in items { item.encode(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key)
                member.value.encode(to: &writer)
            }
            writer.endObject()
        }
    }
}
