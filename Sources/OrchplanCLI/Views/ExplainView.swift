import Linting
import Manifests
import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// What `explain` says of a field or a diagnostic's code.
enum ExplainView {
    /// Nil when nothing is called so.
    static func lines(_ topic: String, _ format: ViewFormat) -> [StyledText]? {
        if let code = codes.code(named: topic) { return lines(code, format) }
        return Explain.lookup(topic).map { lines($0, format) }
    }

    /// The field, kind or code that comes nearest.
    static func nearest(_ topic: String) -> String? {
        var path = topic.split(separator: ".").map(String.init)
        while let last = path.popLast() {
            let parent = path.joined(separator: ".")
            if path.isEmpty {
                return Suggestion.nearest(last, in: Explain.roots.map { $0.name } + codes.codes.map { $0.id })
            }
            if let entry = Explain.lookup(parent) {
                return Suggestion.nearest(last, in: entry.fields.map { "\($0.name)" }).map { "\(parent).\($0)" }
            }
        }
        return nil
    }

    private static let codes = DiagnosticCode.Registry([
        DiagnosticCode.yamlCodes, DiagnosticCode.manifestCodes, LintRegistry.codes,
    ])

    private static func lines(_ code: DiagnosticCode, _ format: ViewFormat) -> [StyledText] {
        ["\(code.id, .bold)  \(code.slug)", ""]
            + StyledText("  \(code.summary)").wrapped(to: format.proseWidth, indent: 2)
    }

    private static func lines(_ entry: Explain.Entry, _ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = [
            "\(entry.path, .bold)  \("<\(entry.type)>", .cyan)\(entry.isRequired ? "  required" : "")", "",
        ]
        lines += StyledText("  \(entry.doc)").wrapped(to: format.proseWidth, indent: 2)
        if let text = entry.defaultText { lines += ["", "  \("default", .dim)  \(text)"] }
        if let text = entry.example { lines += ["", "  \("example", .dim)  \(text)"] }
        guard !entry.fields.isEmpty else { return lines }
        var table = Table(
            [
                Table.Column("FIELD", minimum: 12), Table.Column("TYPE", priority: 1, minimum: 10),
                Table.Column("MEANING", minimum: 30),
            ],
            indent: 2
        )
        for field in entry.fields {
            table.add([
                StyledText("\(field.name)\(field.isRequired ? " *" : "")", .bold), StyledText(field.type.text, .cyan),
                StyledText(field.doc),
            ])
        }
        return lines + [""] + table.lines(format)
    }
}
