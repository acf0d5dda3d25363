/// The value of an environment variable: text, or the content of a secret or config.
package enum EnvironmentValue: Sendable, Hashable {
    case text(String)
    case secret(name: String, object: String?)
    case config(name: String, object: String?)
}

extension EnvironmentValue: CanonicalCodable {
    package func encode(to writer: inout CanonicalWriter) {
        switch self {
        case .text(let text): writer.string(text)
        case .secret(let name, let object): Self.encode("secret", name, object, to: &writer)
        case .config(let name, let object): Self.encode("config", name, object, to: &writer)
        }
    }

    private static func encode(
        _ kind: StaticString,
        _ name: String,
        _ object: String?,
        to writer: inout CanonicalWriter
    ) {
        writer.beginObject()
        writer.key(kind)
        writer.string(name)
        if let object {
            writer.key("object")
            writer.string(object)
        }
        writer.endObject()
    }

    package init(canonical value: CanonicalValue) throws(CanonicalError) {
        if let text = value.string {
            self = .text(text)
        } else if let name = value["secret"]?.string {
            self = .secret(name: name, object: value["object"]?.string)
        } else if let name = value["config"]?.string {
            self = .config(name: name, object: value["object"]?.string)
        } else {
            throw CanonicalError("expected text, a secret or a config")
        }
    }
}
