import Plans
import ResourceModel

extension FieldLayout {
    /// The changes of a step, their equals signs aligned.
    func lines(_ changes: [FieldChange], indent: Int) -> [PlanLine] {
        let names = Self.nameWidth(changes.map(\.path))
        return changes.flatMap { lines($0, names: names, indent: indent) }
    }

    private func lines(_ change: FieldChange, names: Int, indent: Int) -> [PlanLine] {
        let mark: Mark = change.before == nil ? .added : change.after == nil ? .removed : .changed
        let suffix = change.forcesReplacement ? StyledText("  # forces replacement", .red) : StyledText()
        let head = StyledText(change.path).padded(to: names) + " = "
        if change.isSensitive {
            return [PlanLine(head + Self.sensitive + suffix, indent: indent, mark: mark)]
        }
        guard let before = change.before, let after = change.after else {
            let value = change.after ?? change.before ?? .null
            let list = ValueText.listName(change.path)
            var lines = self.lines(
                [Field(name: change.path, value: value, mark: mark, list: list)],
                indent: indent,
                names: names
            )
            if !lines.isEmpty { lines[0].content += suffix }
            return lines
        }
        let list = ValueText.listName(change.path)
        if let old = ValueText.inline(before, field: list), let new = ValueText.inline(after, field: list) {
            let whole = head + old + Self.arrow + new + suffix
            if fits(whole, indent) { return [PlanLine(whole, indent: indent, mark: mark)] }
            if before.array == nil, after.array == nil, before.object == nil || after.object == nil {
                return stacked(change.path, names, old, new, suffix, indent)
            }
        }
        let name = StyledText(change.path) + suffix
        return [PlanLine(name, indent: indent, mark: mark)] + difference(before, after, list, indent: indent + 2)
    }

    private static let arrow = StyledText(" -> ", .dim)

    /// Old above new, the arrow before the new one.
    private func stacked(
        _ path: String,
        _ names: Int,
        _ old: StyledText,
        _ new: StyledText,
        _ suffix: StyledText,
        _ indent: Int
    ) -> [PlanLine] {
        let column = max(names, StyledText(path).width)
        let head = StyledText(path).padded(to: names) + " = "
        let first = head + old + suffix
        if fits(first, indent), fits(.spaces(column) + "-> " + new, indent) {
            return [
                PlanLine(first, indent: indent, mark: .changed),
                PlanLine(.spaces(column) + StyledText("-> ", .dim) + new, indent: indent),
            ]
        }
        // Too long even alone: both values below the name, each on a line that the terminal breaks where it must.
        return [
            PlanLine(StyledText(path) + suffix, indent: indent, mark: .changed),
            PlanLine(old, indent: indent + 2, mark: .removed), PlanLine(new, indent: indent + 2, mark: .added),
        ]
    }

    /// What became of the items of a list, the entries of a map or the lines of a text.
    private func difference(
        _ before: CanonicalValue,
        _ after: CanonicalValue,
        _ list: String,
        indent: Int
    ) -> [PlanLine] {
        let isText = ValueText.isMultiline(before) || ValueText.isMultiline(after)
        let entries = LineDiff(Self.parts(before, list), Self.parts(after, list)).entries
        return entries.map { entry in
            switch entry {
            case .kept(let text): PlanLine(StyledText(text, .dim), indent: indent)
            case .added(let text): PlanLine(StyledText(text, .green), indent: indent, mark: .added)
            case .removed(let text): PlanLine(StyledText(text, .red), indent: indent, mark: .removed)
            case .hidden(let count):
                PlanLine(StyledText("# (\(Self.hidden(count, isText)) hidden)", .dim), indent: indent)
            }
        }
    }

    private static func hidden(_ count: Int, _ isText: Bool) -> String {
        Words.count(count, isText ? "unchanged line" : "unchanged item")
    }

    private static func parts(_ value: CanonicalValue, _ list: String) -> [String] {
        if let lines = ValueText.textLines(value) { return lines }
        if let items = value.array {
            if list == "content" { return [ValueText.inline(value, field: list)?.plain ?? ""] }
            return items.map { ValueText.inlineItem($0, field: list)?.plain ?? CanonicalText($0).text }
        }
        if let members = value.object {
            return members.map { member in
                let value = ValueText.inlineItem(member.value, field: list)?.plain
                return "\(member.key) = \(value ?? CanonicalText(member.value).text)"
            }
        }
        return [ValueText.inline(value, field: list)?.plain ?? ""]
    }
}
