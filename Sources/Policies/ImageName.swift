/// The full name of an image: what a short one stands for in Docker's words.
///
/// `nginx` is `docker.io/library/nginx` with the tag `latest`; a first part with a dot, a colon, or `localhost` is a
/// registry (the grammar of the distribution project's references).
struct ImageName: Sendable, Hashable {
    /// Registry and path.
    var repository: String
    var tag: String?
    var digest: String?

    init(_ text: String) {
        var name = Substring(text)
        if let at = name.firstIndex(of: "@") {
            digest = String(name[name.index(after: at)...])
            name = name[..<at]
        }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            tag = String(name[name.index(after: colon)...])
            name = name[..<colon]
        }
        if tag == nil, digest == nil { tag = "latest" }
        repository = Self.full(name)
    }

    /// Whether a pattern of a policy means this image; one without a tag means all tags.
    func matches(_ pattern: String) -> Bool {
        if let at = pattern.firstIndex(of: "@") {
            guard GlobPattern(String(pattern[pattern.index(after: at)...])).matches(digest ?? "") else { return false }
            // Where the pattern names content, a tag in front of it says nothing more.
            return matches(String(pattern[..<at]))
        }
        let last = pattern.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let colon = last.lastIndex(of: ":") else { return GlobPattern(Self.full(pattern)).matches(repository) }
        let name = pattern.dropLast(last.distance(from: colon, to: last.endIndex))
        let ownTag = tag ?? ""
        return GlobPattern(Self.full(name)).matches(repository)
            && GlobPattern(String(last[last.index(after: colon)...])).matches(ownTag)
    }

    private static func full(_ name: some StringProtocol) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first else { return String(name) }
        if first.contains("*") { return String(name) }
        let isRegistry = parts.count > 1 && (first.contains(".") || first.contains(":") || first == "localhost")
        // Names of hosts are the same in capital letters; the rest of an image's name has none.
        if isRegistry { return name.lowercased() }
        return parts.count == 1 ? "docker.io/library/\(name)" : "docker.io/\(name)"
    }
}
