/// A value with one canonical spelling, which can be read back.
///
/// Law: `Self(canonical: parse(encode(x))) == x` for every x, and equal values encode to equal bytes.
package protocol CanonicalCodable: Sendable, Hashable {
    /// Appends exactly one value to the writer.
    func encode(to writer: inout CanonicalWriter)

    /// Reads the value back; throws when the text came from elsewhere or from a newer version.
    init(canonical value: CanonicalValue) throws(CanonicalError)

    /// Whether an object leaves the field out when it holds this value: empty lists and maps are left out.
    var isAbsentWhenEncoded: Bool { get }
}

extension CanonicalCodable {
    package var isAbsentWhenEncoded: Bool { false }
}

/// Canonical text that this version cannot read.
package struct CanonicalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path of the field, outermost first.
    package var path: [String]
    package var reason: String

    package init(_ reason: String, path: [String] = []) {
        self.reason = reason
        self.path = path
    }

    package var description: String {
        path.isEmpty ? reason : "\(path.joined(separator: ".")): \(reason)"
    }

    func within(_ name: String) -> CanonicalError {
        CanonicalError(reason, path: [name] + path)
    }
}
