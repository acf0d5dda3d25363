/// An image as a manifest names it, taken apart as Docker's own client does.
package struct ImageReference: Sendable, Hashable {
    /// The registry's host and port; `docker.io` when none is named.
    package var registry: String
    /// The repository in that registry; Docker's own images are in `library/`.
    package var repository: String
    package var tag: String?
    /// Such as `sha256:...`.
    package var digest: String?

    /// Nil when the text names no image.
    package init?(parsing text: String) {
        var rest = text[...]
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
            guard digest?.contains(":") == true else { return nil }
        }
        // A colon behind the last slash starts a tag; one before belongs to the registry's port.
        let name = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
        if let colon = rest[name...].firstIndex(of: ":") {
            tag = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
            guard tag?.isEmpty == false else { return nil }
        }
        var registry = Self.standard
        if let slash = rest.firstIndex(of: "/"), Self.isRegistry(rest[..<slash]) {
            registry = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
        }
        if registry == "index.docker.io" { registry = Self.standard }
        guard !rest.isEmpty, !rest.hasPrefix("/"), !rest.hasSuffix("/"), rest.allSatisfy(Self.isNamed) else {
            return nil
        }
        self.registry = registry
        repository = registry == Self.standard && !rest.contains("/") ? "library/\(rest)" : String(rest)
    }

    /// Docker's own registry.
    static let standard = "docker.io"

    /// The name under which Docker keeps the credentials of the registry.
    package var credentialKey: String {
        registry == Self.standard ? "https://index.docker.io/v1/" : registry
    }

    /// The whole name of the image, everything that was left out filled in.
    package var fullName: String {
        let tag = tag.map { ":\($0)" } ?? (digest == nil ? ":latest" : "")
        return "\(registry)/\(repository)\(tag)" + (digest.map { "@\($0)" } ?? "")
    }

    /// Whether the part before the first slash is a registry and not the first part of a repository.
    private static func isRegistry(_ part: Substring) -> Bool {
        part.contains(".") || part.contains(":") || part == "localhost" || part.contains(where: \.isUppercase)
    }

    private static func isNamed(_ character: Character) -> Bool {
        character.isASCII && (character.isLowercase || character.isNumber || "._-/".contains(character))
    }
}
