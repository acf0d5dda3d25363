/// A value that is written as one string: units, enumerations, references.
package protocol CanonicalTextConvertible: CanonicalCodable {
    init?(parsing text: some StringProtocol)
    var text: String { get }
}

extension CanonicalTextConvertible {
    package func encode(to writer: inout CanonicalWriter) { writer.string(text) }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        guard let text = value.string, let parsed = Self(parsing: text) else {
            throw CanonicalError("cannot be read as \(Self.self)")
        }
        self = parsed
    }
}

/// A closed set of words; a manifest and canonical text spell them alike.
package protocol CanonicalEnum: CanonicalTextConvertible, RawRepresentable, CaseIterable where RawValue == String {}

extension CanonicalEnum {
    package init?(parsing text: some StringProtocol) { self.init(rawValue: String(text)) }
    package var text: String { rawValue }
}

extension ByteCount: CanonicalTextConvertible {}
extension CPUCount: CanonicalTextConvertible {}
extension FileMode: CanonicalTextConvertible {}
extension BatchSize: CanonicalTextConvertible {}
