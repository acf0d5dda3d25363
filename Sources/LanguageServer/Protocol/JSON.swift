import ResourceModel

/// Short ways to write and read the JSON of messages.
enum JSON {
    /// An object without the members that are nil.
    static func object(_ members: KeyValuePairs<String, CanonicalValue?>) -> CanonicalValue {
        .object(members.compactMap { key, value in value.map { CanonicalMember(key: key, value: $0) } })
    }

    static func strings(_ texts: [String]) -> CanonicalValue { .array(texts.map { .string($0) }) }

    static func integer(_ number: Int) -> CanonicalValue { .integer(Int64(number)) }

    /// The value as text.
    static func bytes(_ value: CanonicalValue) -> [UInt8] {
        var writer = CanonicalWriter()
        value.encode(to: &writer)
        return writer.bytes
    }
}

extension CanonicalValue {
    /// The value below some keys.
    subscript(path: String...) -> CanonicalValue? {
        path.reduce(self as CanonicalValue?) { $0?[$1] }
    }

    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A number that counts something.
    var count: Int? { integer.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil } }

    var texts: [String] { array?.compactMap(\.string) ?? [] }
}
