import ResourceModel

/// Lays out fields and their values: on one line where they fit, else as a block below their name.
struct FieldLayout: Sendable {
    var format: ViewFormat
    /// Lines of a text that are shown; the rest is counted.
    var longestText = 24

    /// Columns of content that a line has without a terminal's width: longer values are clearer as blocks.
    private static let comfortable = 100

    /// A name and its value.
    struct Field: Sendable {
        var name: String
        var value: CanonicalValue
        var mark: Mark?
        /// The list or map that the value is in, or the name itself; short forms are known by it.
        var list: String
        var isSensitive = false
    }

    /// Fields below each other, their equals signs aligned.
    func lines(_ fields: [Field], indent: Int) -> [PlanLine] {
        let names = Self.nameWidth(fields.map(\.name))
        return fields.flatMap { field -> [PlanLine] in
            let head = StyledText(field.name).padded(to: names) + " = "
            if field.isSensitive {
                return [PlanLine(head + Self.sensitive, indent: indent, mark: field.mark)]
            }
            if let value = ValueText.inline(field.value, field: field.list), fits(head + value, indent) {
                return [PlanLine(head + value, indent: indent, mark: field.mark)]
            }
            return block(field, indent: indent)
        }
    }

    static let sensitive = StyledText("(sensitive)", .dim)

    /// The width that names are padded to; very long ones stick out.
    static func nameWidth(_ names: [String]) -> Int {
        names.map { StyledText($0).width }.filter { $0 <= 32 }.max() ?? 0
    }

    func fits(_ content: StyledText, _ indent: Int) -> Bool {
        content.width + indent + 2 <= (format.width ?? Self.comfortable)
    }

    private func block(_ field: Field, indent: Int) -> [PlanLine] {
        let inner = indent + 4
        switch field.value {
        case .object(let members):
            let fields = members.map { Field(name: $0.key, value: $0.value, mark: nil, list: childList(field)) }
            return enclosed(field, "{", "}", lines(fields, indent: inner), indent)
        case .array(let items):
            let inside = items.flatMap { item -> [PlanLine] in
                if let text = ValueText.inlineItem(item, field: field.list), fits(text, inner) {
                    return [PlanLine(text, indent: inner)]
                }
                guard let members = item.object else { return scalar(item, indent: inner) }
                let fields = members.map { Field(name: $0.key, value: $0.value, mark: nil, list: "") }
                return [PlanLine("{", indent: inner)] + lines(fields, indent: inner + 4)
                    + [PlanLine("}", indent: inner)]
            }
            return enclosed(field, "[", "]", inside, indent)
        default:
            guard let text = ValueText.textLines(field.value), ValueText.isMultiline(field.value) else {
                let value = scalar(field.value, indent: inner)
                return [PlanLine("\(field.name) =", indent: indent, mark: field.mark)] + value
            }
            return [PlanLine("\(field.name) =", indent: indent, mark: field.mark)] + textBlock(text, indent: inner)
        }
    }

    /// Values of `environment` are known by that name; what is deeper has no short form.
    private func childList(_ field: Field) -> String { field.list == "environment" ? "environment" : "" }

    private func enclosed(
        _ field: Field,
        _ open: String,
        _ close: String,
        _ inside: [PlanLine],
        _ indent: Int
    ) -> [PlanLine] {
        [PlanLine("\(field.name) = \(open)", indent: indent, mark: field.mark)] + inside
            + [PlanLine("\(close)", indent: indent)]
    }

    private func scalar(_ value: CanonicalValue, indent: Int) -> [PlanLine] {
        if let text = ValueText.textLines(value), ValueText.isMultiline(value) {
            return textBlock(text, indent: indent)
        }
        return [PlanLine(ValueText.inline(value, field: "") ?? "", indent: indent)]
    }

    private func textBlock(_ text: [String], indent: Int) -> [PlanLine] {
        let rule = StyledText(format.glyphs.rule + " ", .dim)
        var lines = text.prefix(longestText).map { PlanLine(rule + StyledText($0), indent: indent) }
        if text.count > longestText {
            let rest = "\(format.glyphs.ellipsis) \(Words.count(text.count - longestText, "more line"))"
            lines.append(PlanLine(rule + StyledText(rest, .dim), indent: indent))
        }
        return lines
    }
}
