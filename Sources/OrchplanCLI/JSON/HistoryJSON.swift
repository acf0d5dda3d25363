import ResourceModel

/// The revisions for other programs.
///
/// `{"formatVersion":"1.0","revisions":[{"number","startedAt","finishedAt","author","outcome","summary","plan"}]}`, the
/// newest first; `finishedAt` is null while it runs and after a crash. Of a single revision also `"declared"`, the
/// addresses of what it declared.
struct HistoryJSON {
    var revisions: [Revision]
    /// Whether what each declared is told; lists of revisions come without it.
    var tellsDeclared: Bool

    init(_ revisions: [Revision], tellsDeclared: Bool = false) {
        self.revisions = revisions
        self.tellsDeclared = tellsDeclared
    }

    func text() -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.write("formatVersion", "1.0")
        writer.key("revisions")
        writer.beginArray()
        for revision in revisions {
            writer.beginObject()
            writer.write("number", revision.number)
            writer.write("startedAt", revision.startedAt.text)
            writer.write("finishedAt", optional: revision.finishedAt?.text)
            writer.write("author", revision.author)
            writer.write("outcome", revision.outcome)
            writer.write("summary", revision.summary)
            writer.write("plan", revision.plan)
            if tellsDeclared {
                writer.key("declared")
                revision.declared.map(\.address.description).encode(to: &writer)
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
