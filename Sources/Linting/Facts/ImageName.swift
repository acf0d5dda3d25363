/// The parts of an image reference: `[registry/]path[:tag][@digest]`.
///
/// A first part is a registry when it has a dot or a colon in it, or is `localhost`: the rule of the distribution
/// project's references.
struct ImageName: Sendable, Hashable {
    var registry: String?
    var tag: String?
    var digest: String?

    /// The reference with the registry written out that a reference without one means.
    static func withRegistry(_ reference: String) -> String {
        reference.contains("/") ? "docker.io/\(reference)" : "docker.io/library/\(reference)"
    }

    init(_ reference: String) {
        var name = reference[...]
        if let at = name.firstIndex(of: "@") {
            digest = String(name[name.index(after: at)...])
            name = name[..<at]
        }
        while name.last == "/" { name.removeLast() }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            tag = String(name[name.index(after: colon)...])
            name = name[..<colon]
        }
        guard let slash = name.firstIndex(of: "/") else { return }
        let first = name[..<slash]
        if first.contains(".") || first.contains(":") || first == "localhost" { registry = String(first) }
    }
}
