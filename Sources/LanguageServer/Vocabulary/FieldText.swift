import Manifests
import SourceDiagnostics

/// Documentation as Markdown, or as plain text where a client shows no Markdown.
struct Prose: Sendable {
    let isMarkdown: Bool

    func bold(_ text: String) -> String { isMarkdown ? "**\(text)**" : text }

    func code(_ text: String) -> String { isMarkdown ? "`\(text)`" : text }

    /// What a field is: its path, type, meaning, default and an example.
    func field(_ field: FieldInfo, _ path: String) -> String {
        var parts = [bold(path) + (field.isRequired ? " (required)" : ""), field.doc]
        var facts = ["Type: \(field.type.text)"]
        if let text = field.defaultText { facts.append("Default: \(code(text))") }
        if let text = field.example { facts.append("Example: \(code("\(field.name): \(text)"))") }
        parts.append(facts.joined(separator: isMarkdown ? "  \n" : "\n"))
        return parts.joined(separator: "\n\n")
    }

    /// What a record is.
    func record(_ record: RecordInfo) -> String { "\(bold(record.title))\n\n\(record.doc)" }

    /// What a code means and what to do about it.
    func code(_ code: DiagnosticCode) -> String {
        "\(bold("\(code.id) \(code.slug)"))\n\n\(code.summary)\n\nWhat to do: \(code.remedy)"
    }
}
