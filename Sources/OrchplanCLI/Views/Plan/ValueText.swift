import ResourceModel

/// How values of canonical specs are spelled in plans.
enum ValueText {
    /// The value on one line; nil when it holds a text of several lines, which no line can show well.
    static func inline(_ value: CanonicalValue, field: String) -> StyledText? {
        switch value {
        case .null: return "null"
        case .bool(let flag): return StyledText(flag ? "true" : "false")
        case .integer(let number): return StyledText("\(number)")
        case .number(let number): return StyledText("\(number)")
        case .string(let text): return text.contains("\n") ? nil : quoted(text)
        case .array(let items):
            if let size = binarySize(value, field: field) { return size }
            var parts: [StyledText] = []
            for item in items {
                guard let part = inlineItem(item, field: field) else { return nil }
                parts.append(part)
            }
            return "[" + .joined(parts, ", ") + "]"
        case .object(let members):
            if let short = ShortForm.text(field, value) { return short }
            var parts: [StyledText] = []
            for member in members {
                guard let part = inlineItem(member.value, field: field) else { return nil }
                parts.append("\(member.key) = " + part)
            }
            return parts.isEmpty ? "{}" : "{ " + .joined(parts, ", ") + " }"
        }
    }

    /// One item of the list or map `field`, in its short form where it has one.
    static func inlineItem(_ item: CanonicalValue, field: String) -> StyledText? {
        ShortForm.text(field, item) ?? inline(item, field: "")
    }

    /// The text in quotes; quotes and backslashes inside it are escaped.
    static func quoted(_ text: String) -> StyledText {
        var result = "\""
        for character in text {
            if character == "\"" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return StyledText(result + "\"")
    }

    /// The content of a config that is no text: `(1024 bytes)`.
    private static func binarySize(_ value: CanonicalValue, field: String) -> StyledText? {
        guard field == "content", let items = value.array else { return nil }
        return StyledText("(\(Words.count(items.count, "byte")), not text)", .dim)
    }

    /// The lines of a text of several; a line break at its end makes no empty line.
    static func textLines(_ value: CanonicalValue?) -> [String]? {
        guard let text = value?.string else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Whether the value is a text of several lines.
    static func isMultiline(_ value: CanonicalValue?) -> Bool {
        value?.string?.contains("\n") ?? false
    }

    /// The last name in a field's path, by which short forms are known: `ports[http]` is an item of `ports`.
    static func listName(_ path: String) -> String {
        let head = path.prefix { $0 != "[" }
        if head.count < path.count, path.hasSuffix("]") { return String(head) }
        return path.hasPrefix("environment.") ? "environment" : path
    }
}
