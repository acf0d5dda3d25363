/// Turns diagnostics into JSON for programs; the order of keys never changes.
package struct JSONRenderer: Sendable {
    /// The version of the format: its first part changes when a reader could break.
    package static let formatVersion = "1.1"

    private let sources: SourceMap

    /// A renderer of diagnostics whose ranges are in `sources`.
    package init(_ sources: SourceMap) {
        self.sources = sources
    }

    /// All diagnostics in the order of files and lines as one JSON object on one line.
    package func render(_ diagnostics: [Diagnostic]) -> String {
        let summary = DiagnosticSummary(diagnostics)
        let list = sources.sorted(diagnostics).map(object).joined(separator: ",")
        return "{\"formatVersion\":\"\(Self.formatVersion)\",\"diagnostics\":[\(list)],\"summary\":{"
            + "\"errors\":\(summary.errors),\"warnings\":\(summary.warnings),\"files\":\(summary.files)}}\n"
    }

    /// One diagnostic as a JSON object.
    package func object(_ diagnostic: Diagnostic) -> String {
        let labels = diagnostic.secondary.map { label in
            "{" + place(label.range) + ",\"text\":" + Self.optional(label.text) + "}"
        }
        let help = diagnostic.help.map { help in
            let edits = (help.edits.contains(where: isHidden) ? [] : help.edits)
                .map {
                    "{" + place($0.range) + ",\"replacement\":" + Self.quoted($0.replacement) + "}"
                }
            return "{\"text\":\(Self.quoted(help.text)),\"applicability\":\"\(help.applicability.rawValue)\","
                + "\"edits\":[\(edits.joined(separator: ","))],\"refusal\":\(Self.optional(help.refusal))}"
        }
        let parts = [
            "\"code\":" + Self.quoted(diagnostic.code.id),
            "\"name\":" + Self.quoted(diagnostic.code.slug),
            "\"severity\":" + Self.quoted(diagnostic.severity.rawValue),
            "\"message\":" + Self.quoted(diagnostic.message),
            diagnostic.primary.map { place($0.range) } ?? "\"file\":null,\"range\":null",
            "\"label\":" + Self.optional(diagnostic.primary?.text),
            "\"labels\":[" + labels.joined(separator: ",") + "]",
            "\"notes\":[" + diagnostic.notes.map(Self.quoted).joined(separator: ",") + "]",
            "\"help\":[" + help.joined(separator: ",") + "]",
        ]
        return "{" + parts.joined(separator: ",") + "}"
    }

    /// Whether an edit is about a value of a Secret.
    private func isHidden(_ edit: TextEdit) -> Bool {
        guard let file = sources[edit.range.file] else { return false }
        let line = file.lineRange(file.position(at: edit.range.start).line)
        return SecretLine.declaredStart(file, line).map { $0 <= Int(edit.range.end) } ?? false
    }

    private func place(_ range: SourceRange) -> String {
        guard let file = sources[range.file] else { return "\"file\":null,\"range\":null" }
        let start = position(file.position(at: range.start))
        let end = position(file.position(at: range.end))
        return "\"file\":\(Self.quoted(file.path)),\"range\":{\"start\":\(start),\"end\":\(end)}"
    }

    private func position(_ position: SourcePosition) -> String {
        "{\"line\":\(position.line),\"column\":\(position.column),\"offset\":\(position.offset)}"
    }

    private static func optional(_ text: String?) -> String { text.map(quoted) ?? "null" }

    /// The text as a JSON string, in which everything is escaped that `Escaping.visible` escapes.
    package static func quoted(_ text: String) -> String {
        // Almost all text is plain, and then it is copied as a whole.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) { return "\"" + text + "\"" }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                append(scalar, to: &result)
            }
        }
        return result + "\""
    }

    /// A JSON document that reads as before, with everything escaped in its strings that `Escaping.visible` escapes.
    ///
    /// For documents of one line: line breaks between values would be escaped, too.
    package static func harmless(_ document: String) -> String {
        if !document.unicodeScalars.contains(where: Escaping.needsEscape) { return document }
        var result = ""
        for scalar in document.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        guard Escaping.needsEscape(scalar) else { return result.unicodeScalars.append(scalar) }
        for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
