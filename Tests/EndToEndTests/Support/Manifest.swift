/// Manifests as tests write them into files: the head once, here.
enum Manifest {
    /// One document of a file that may hold several.
    ///
    /// - Parameter spec: On one line, `{content: hello}`; nil: it has none.
    static func of(_ kind: String, _ name: String, _ spec: String? = nil) -> String {
        "---\napiVersion: orchplan/v1\nkind: \(kind)\nmetadata: {name: \(name)}\n"
            + (spec.map { "spec: \($0)\n" } ?? "")
    }

    /// A document whose spec has many lines.
    static func of(_ kind: String, _ name: String, lines: [String]) -> String {
        of(kind, name) + (["spec:"] + lines.map { "  \($0)" }).joined(separator: "\n") + "\n\n"
    }
}
