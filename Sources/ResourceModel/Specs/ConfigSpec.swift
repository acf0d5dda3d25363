/// The desired state of one config: its content, whichever way the manifest gave it.
package struct ConfigSpec: Sendable, Hashable {
    package var external = false
    /// The name outside the project, for an external config.
    package var name: String?
    /// The content; nil only for an external config.
    package var content: ConfigContent?
    package var labels: SortedMap<String> = [:]

    package init() {}
}

extension ConfigSpec: CanonicalRecord {
    package static let fields: [CanonicalField<ConfigSpec>] = [
        .init("external", \.external, replaces: true),
        .init("name", \.name, replaces: true),
        .init("content", \.content, replaces: true),
        .init("labels", \.labels, .service),
    ]
}

/// The bytes of a config: text where they are valid UTF-8, so that a diff can show lines.
package struct ConfigContent: Sendable, Hashable {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension ConfigContent: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        if let text = String(validating: bytes, as: UTF8.self) {
            writer.string(text)
        } else {
            writer.beginArray()
            for byte in bytes { writer.integer(Int64(byte)) }
            writer.endArray()
        }
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        if let text = value.string {
            bytes = Array(text.utf8)
        } else {
            bytes = []
            for item in value.array ?? [] {
                guard let byte = item.integer.flatMap({ UInt8(exactly: $0) }) else {
                    throw CanonicalError("expected bytes")
                }
                bytes.append(byte)
            }
        }
    }
}
