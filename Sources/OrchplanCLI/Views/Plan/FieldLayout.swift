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
    ///
    /// - Parameter names: The width of the names where others stand among them; nil: that of the longest of `fields`.
    func lines(_ fields: [Field], indent: Int, names: Int? = nil) -> [PlanLine] {
        let names = names ?? Self.nameWidth(fields.map(\.name))
        return fields.flatMap { field -> [PlanLine] in
            let head = StyledText(field.name).padded(to: names) + " = "
            if field.isSensitive {
                return [PlanLine(head + Self.sensitive, indent: indent, mark: field.mark)]
            }
            // A short form says it better than its parts do, however narrow the window is.
            if let short = ShortForm.text(field.list, field.value) {
                return [PlanLine(head + short, indent: indent, mark: field.mark)]
            }
            if let value = ValueText.inline(field.value, field: field.list) {
                let isAlone = format.width == nil && field.value.array == nil && field.value.object == nil
                if isAlone || fits(head + value, indent) {
                    return [PlanLine(head + value, indent: indent, mark: field.mark)]
                }
            }
            return block(field, head: head, indent: indent)
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

    private func block(_ field: Field, head: StyledText, indent: Int) -> [PlanLine] {
        let inner = indent + 4
        switch field.value {
        case .object(let members):
            let fields = members.map { Field(name: $0.key, value: $0.value, mark: nil, list: childList(field)) }
            return enclosed(field, head, ("{", "}"), lines(fields, indent: inner), indent)
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
            return enclosed(field, head, ("[", "]"), inside, indent)
        default:
            guard let text = ValueText.textLines(field.value), ValueText.isMultiline(field.value) else {
                // What fits nowhere stays on its line, for the terminal to break.
                let value = scalar(field.value, indent: inner)
                if let only = value.first, value.count == 1, !fits(only.content, inner) {
                    return [PlanLine(head + only.content, indent: indent, mark: field.mark)]
                }
                return [PlanLine(head, indent: indent, mark: field.mark)] + value
            }
            return [PlanLine(head, indent: indent, mark: field.mark)] + textBlock(text, indent: inner)
        }
    }

    /// Values of `environment` are known by that name; what is deeper has no short form.
    private func childList(_ field: Field) -> String { field.list == "environment" ? "environment" : "" }

    private func enclosed(
        _ field: Field,
        _ head: StyledText,
        _ brackets: (open: String, close: String),
        _ inside: [PlanLine],
        _ indent: Int
    ) -> [PlanLine] {
        [PlanLine(head + StyledText(brackets.open), indent: indent, mark: field.mark)] + inside
            + [PlanLine(StyledText(brackets.close), indent: indent)]
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
