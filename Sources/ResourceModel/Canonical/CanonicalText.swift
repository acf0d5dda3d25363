/// The canonical text of a value, as it is stored, sent to drivers and saved in plans.
package struct CanonicalText: Sendable, Hashable {
    package var text: String

    package init(text: String) {
        self.text = text
    }

    /// Encodes `value`.
    package init(_ value: some CanonicalCodable, scope: CanonicalScope = .all) {
        var writer = CanonicalWriter(scope: scope)
        value.encode(to: &writer)
        text = String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The text as a tree.
    package func value() throws(CanonicalError) -> CanonicalValue {
        try CanonicalReader.parse(text.utf8)
    }

    /// The text read back into a type.
    package func decoded<Value: CanonicalCodable>(_ type: Value.Type = Value.self) throws(CanonicalError) -> Value {
        try Value(canonical: value())
    }
}

extension CanonicalText: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) { writer.string(text) }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        text = try String(canonical: value)
    }
}
