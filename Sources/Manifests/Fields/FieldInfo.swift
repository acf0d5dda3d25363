/// What is known of one field beside how it is decoded: the same facts feed the schema, `explain` and suggestions.
package struct FieldInfo: Sendable {
    package let name: StaticString
    /// One line that says what the field does.
    package let doc: String
    package let type: FieldType
    /// What holds when the field is not given, as text.
    package let defaultText: String?
    /// A value as it would be written.
    package let example: String?
    package let isRequired: Bool
}

/// One record of a manifest: its name and its fields.
package struct RecordInfo: Sendable {
    /// What the record is called: `health check`.
    package let title: String
    package let doc: String
    package let fields: [FieldInfo]
    /// Fields of which exactly one is given; empty: there is no such rule.
    package let exactlyOne: [String]

    /// The field with this name.
    package subscript(name: String) -> FieldInfo? {
        fields.first { $0.name.text == name }
    }
}

extension StaticString {
    /// The same text as a String.
    var text: String {
        String(decoding: UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount), as: UTF8.self)
    }
}
