import Plans
import ResourceModel

/// One step of a plan: a headline, the reason, the fields, the rollout.
struct StepView: Sendable {
    var step: PlanStep
    var tellsExecution: Bool
    /// The object that goes when nothing uses it any more, where the step puts another one in its place.
    var retired: String?

    init(_ step: PlanStep, retired: String? = nil, tellsExecution: Bool) {
        self.step = step
        self.retired = retired
        self.tellsExecution = tellsExecution
    }

    func lines(_ format: ViewFormat) -> [StyledText] {
        var lines = heading.wrapped(to: format.proseWidth, indent: 6)
        let reason = step.because
        if !reason.isEmpty {
            lines += StyledText("    # " + reason, .dim).wrapped(to: format.proseWidth, indent: 6)
                .enumerated().map { index, line in index == 0 ? line : Self.comment(line) }
        }
        lines += body(format).map(\.styled)
        return lines
    }

    /// The symbol, the address and what happens to it: `  ~ service/web will be updated in-place`.
    var heading: StyledText {
        let symbol = StyledText(step.action.symbol, step.action.look.strong).padded(to: 3, right: true)
        return symbol + " \(step.address, .bold) \(step.announcement, .bold)"
    }

    /// The step on one line, the reason behind it where there is room.
    func headline(_ format: ViewFormat) -> StyledText {
        let symbol = StyledText(step.action.symbol, step.action.look.strong).padded(to: 3, right: true)
        let head = symbol + " \(step.address, .bold)"
        let rest = step.because.isEmpty ? step.announcement : step.because
        return (head + "  \(rest, .dim)").clipped(to: format.width, ellipsis: format.glyphs.ellipsis)
    }

    /// The fields and what is said below them, with their symbols apart.
    func body(_ format: ViewFormat) -> [PlanLine] {
        let layout = FieldLayout(format: format)
        var lines: [PlanLine] = []
        switch step.action {
        case .create: lines += creation(layout)
        case .supersede where step.changes.isEmpty: lines += creation(layout)
        case .update, .replace, .supersede, .record:
            let changes = step.changes.map { change in
                var change = change
                change.path = PlanStep.shownPath(change, of: step.address.kind)
                return change
            }
            lines += layout.lines(changes, indent: Self.fieldIndent)
            let hidden = step.unchangedFieldCount
            if hidden > 0 {
                let text = "# (\(Words.count(hidden, "unchanged field")) hidden)"
                lines.append(PlanLine(StyledText(text, .dim), indent: Self.fieldIndent))
            }
        case .retire, .delete, .forget: break
        }
        if tellsExecution { lines += remarks(format) }
        return lines
    }

    private static let fieldIndent = 6

    private static func comment(_ line: StyledText) -> StyledText {
        StyledText("    # " + line.plain.drop { $0 == " " }, .dim)
    }

    private func creation(_ layout: FieldLayout) -> [PlanLine] {
        layout.lines(
            PlanSpec.shown(step.after, kind: step.address.kind, mark: .added) ?? [],
            indent: Self.fieldIndent
        )
    }

    /// The rollout and the protection.
    private func remarks(_ format: ViewFormat) -> [PlanLine] {
        var texts: [String] = []
        if let sentence = step.rollout?.sentence(step.action), !sentence.isEmpty { texts.append(sentence) }
        if let retired { texts.append("the old object, \(retired), goes once nothing uses it") }
        if step.protect, step.action != .forget { texts.append("protected: never destroyed or replaced") }
        let arrow = format.glyphs == .ascii ? "=> " : "→ "
        return texts.flatMap { text -> [PlanLine] in
            let width = format.proseWidth.map { $0 - Self.fieldIndent }
            return StyledText(arrow + text, .cyan).wrapped(to: width, indent: arrow.count)
                .map { PlanLine($0, indent: Self.fieldIndent - 2) }
        }
    }
}
