/// The parts of an image reference: `[registry/]path[:tag][@digest]`.
///
/// A first part is a registry when it has a dot or a colon in it, or is `localhost`: the rule of the distribution
/// project's references.
struct ImageName: Sendable, Hashable {
    var registry: Substring?
    var tag: Substring?
    var digest: Substring?

    /// The reference with the registry written out that a reference without one means.
    static func withRegistry(_ reference: String) -> String {
        reference.contains("/") ? "docker.io/\(reference)" : "docker.io/library/\(reference)"
    }

    init(_ reference: String) {
        let bytes = reference.utf8
        var end = bytes.endIndex
        if let at = bytes.lastIndex(of: UInt8(ascii: "@")) {
            digest = reference[bytes.index(after: at)...]
            end = at
        }
        let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { bytes.index(after: $0) } ?? bytes.startIndex
        if let colon = bytes[name..<end].lastIndex(of: UInt8(ascii: ":")) {
            tag = reference[bytes.index(after: colon)..<end]
        }
        guard let first = bytes[..<end].firstIndex(of: UInt8(ascii: "/")) else { return }
        let host = reference[..<first]
        let hasMark = host.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
        if hasMark || host == "localhost" { registry = host }
    }
}
