/// For programs: one document, or one object a line.
extension Report {
    func writeJSON(to stream: inout ReportStream) {
        let renderer = JSONRenderer(sources)
        stream.write("{\"formatVersion\":\"\(JSONRenderer.formatVersion)\",\"diagnostics\":[")
        var separator = ""
        for finding in counting {
            stream.write(separator)
            stream.write("{")
            stream.write(members(finding, renderer))
            stream.write("}")
            separator = ","
        }
        stream.write("],\"summary\":{\(summaryMembers)}}\n")
    }

    func writeLines(to stream: inout ReportStream) {
        let renderer = JSONRenderer(sources)
        stream.write("{\"type\":\"version\",\"formatVersion\":\"\(JSONRenderer.formatVersion)\"}\n")
        for finding in counting {
            stream.write("{\"type\":\"diagnostic\",")
            stream.write(members(finding, renderer))
            stream.write("}\n")
        }
        stream.write("{\"type\":\"summary\",\(summaryMembers)}\n")
    }

    private func members(_ finding: Finding, _ renderer: JSONRenderer) -> String {
        let identity = finding.identity
        func optional(_ text: String?) -> String { text.map(JSONRenderer.quoted) ?? "null" }
        return renderer.object(finding.diagnostic).dropFirst().dropLast()
            + ",\"resource\":\(optional(identity?.resource)),\"field\":\(optional(identity?.field)),"
            + "\"fingerprint\":\(optional(identity?.fingerprint))"
    }

    private var summaryMembers: String {
        let counts = counts
        return "\"errors\":\(counts.errors),\"warnings\":\(counts.warnings),\"files\":\(counts.files),"
            + "\"notes\":\(counts.notes),\"suppressed\":\(counts.suppressed),\"baselined\":\(counts.baselined),"
            + "\"fixable\":\(counts.fixable),\"checkedFiles\":\(fileCount)"
    }
}
