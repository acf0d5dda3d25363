import SourceDiagnostics

/// A comment such as `# orchplan: ignore=image-tag reason`.
struct Suppression: Sendable, Hashable {
    /// The names or numbers of rules, with the places where they are written.
    var names: [(text: String, range: SourceRange)]
    /// What stands behind the names; empty when nothing does.
    var reason: String
    /// The whole comment.
    var range: SourceRange
    /// The bytes whose findings it silences.
    var scope: SourceRange

    static func == (left: Suppression, right: Suppression) -> Bool { left.range == right.range }
    func hash(into hasher: inout Hasher) { hasher.combine(range) }
}

/// A comment to orchplan that says nothing that is understood.
struct MisunderstoodComment: Sendable, Hashable {
    var range: SourceRange
    var message: String
}
