/// The desired state of one secret: where its bytes come from, never the bytes.
package struct SecretSpec: Sendable, Hashable {
    package var source = SecretSource.external
    /// The name outside the project, for an external secret.
    package var name: String?
    package var labels: SortedMap<String> = [:]
    /// The keyed digest of the content; set by pinning.
    ///
    /// Nil for external and generated secrets.
    package var digest: Fingerprint?

    package init() {}
}

extension SecretSpec: CanonicalRecord {
    package static let fields: [CanonicalField<SecretSpec>] = [
        .init("source", \.source),
        .init("name", \.name, replaces: true),
        .init("labels", \.labels, .service),
        .init("digest", \.digest, replaces: true),
    ]
}

/// Where a secret's bytes come from.
package enum SecretSource: Sendable, Hashable {
    /// A file; the path is relative to the project's directory.
    case file(String)
    /// An environment variable of whoever applies.
    case environment(String)
    /// Random characters, made once at creation and kept by the driver alone; a new rotation makes new ones.
    case generate(length: Int, charset: String, rotation: Int)
    /// A file in the `age` format; the path is relative to the project's directory.
    case age(String)
    /// Somebody else owns it.
    case external
}

extension SecretSource: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        writer.beginObject()
        switch self {
        case .file(let path):
            writer.key("file")
            writer.string(path)
        case .environment(let name):
            writer.key("environment")
            writer.string(name)
        case .generate(let length, let charset, let rotation):
            writer.key("generate")
            writer.beginObject()
            writer.key("length")
            writer.integer(Int64(length))
            writer.key("charset")
            writer.string(charset)
            writer.key("rotation")
            writer.integer(Int64(rotation))
            writer.endObject()
        case .age(let path):
            writer.key("age")
            writer.string(path)
        case .external:
            writer.key("external")
            writer.bool(true)
        }
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        if let path = value["file"]?.string {
            self = .file(path)
        } else if let name = value["environment"]?.string {
            self = .environment(name)
        } else if let generate = value["generate"] {
            guard let length = generate["length"]?.integer, let charset = generate["charset"]?.string,
                let rotation = generate["rotation"]?.integer
            else { throw CanonicalError("expected length, charset and rotation", path: ["generate"]) }
            self = .generate(length: Int(length), charset: charset, rotation: Int(rotation))
        } else if let path = value["age"]?.string {
            self = .age(path)
        } else if value["external"] != nil {
            self = .external
        } else {
            throw CanonicalError("expected a source")
        }
    }
}
