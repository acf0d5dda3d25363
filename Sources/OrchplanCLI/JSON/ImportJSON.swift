import Drivers
import ResourceModel

/// An import for other programs.
///
/// `{"formatVersion":"1.0","project","driver","done","items":[{"address","object","outcome","differences":[{"path",
/// "before","after"}],"message","help","place"}],"summary":{"imported","toImport","differing","left","absent","refused"}}`;
/// an outcome is `import`, `imported`, `recorded`, `external`, `absent`, `left` or `refused`. `before` is what runs, `after`
/// what is declared.
struct ImportJSON {
    var report: ImportReport
    var isDone: Bool

    init(_ report: ImportReport, isDone: Bool) {
        self.report = report
        self.isDone = isDone
    }

    func text() -> String {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.write("formatVersion", "1.0")
        writer.write("project", report.project)
        writer.write("driver", report.driver)
        writer.write("done", isDone)
        writer.key("items")
        writer.beginArray()
        for item in report.items { write(item, to: &writer) }
        writer.endArray()
        writer.key("summary")
        summary(to: &writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ item: ImportItem, to writer: inout CanonicalWriter) {
        let (message, help) = words(item)
        writer.beginObject()
        writer.write("address", item.address.description)
        writer.write("object", optional: item.object.isEmpty ? nil : item.object)
        writer.write("outcome", outcome(item))
        writer.key("differences")
        writer.beginArray()
        if case .adopt(let adoption) = item.outcome {
            for edit in adoption.differences {
                writer.beginObject()
                writer.write("path", edit.path)
                writer.write("before", optional: edit.live)
                writer.write("after", optional: edit.applied)
                writer.endObject()
            }
        }
        writer.endArray()
        writer.write("message", optional: message)
        writer.write("help", optional: help)
        writer.write("place", optional: item.place)
        writer.endObject()
    }

    private func outcome(_ item: ImportItem) -> String {
        switch item.outcome {
        case .adopt: report.imported.contains(item.address) ? "imported" : "import"
        case .recorded: "recorded"
        case .external: "external"
        case .absent: "absent"
        case .left: "left"
        case .refused: "refused"
        }
    }

    private func words(_ item: ImportItem) -> (message: String?, help: String?) {
        switch item.outcome {
        case .left(let message, let help), .refused(let message, let help): (message, help)
        case .adopt, .recorded, .external, .absent: (nil, nil)
        }
    }

    private func summary(to writer: inout CanonicalWriter) {
        let adoptions = report.adoptions
        let outcomes = report.items.map(outcome)
        writer.beginObject()
        writer.write("toImport", outcomes.count { $0 == "import" })
        writer.write("imported", report.imported.count)
        writer.write("differing", adoptions.count { !$0.differences.isEmpty })
        writer.write("left", outcomes.count { ["left", "recorded", "external"].contains($0) })
        writer.write("absent", outcomes.count { $0 == "absent" })
        writer.write("refused", outcomes.count { $0 == "refused" })
        writer.endObject()
    }
}
