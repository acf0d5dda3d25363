import Applying
import Plans

/// The live region of an apply: a line for each change in flight and one for the whole.
package struct ApplyLiveView: Sendable {
    package var model: ApplyModel

    package init(_ model: ApplyModel) {
        self.model = model
    }

    /// The lines at `time`, at most `height` of them and none wider than the format says.
    package func frame(at time: Duration, height: Int, _ format: ViewFormat) -> [StyledText] {
        let hasGap = height > 3
        let room = height - (hasGap ? 2 : 1)
        let running = model.running
        let titles = min(
            running.map { StyledText($0.step.title).width }.max() ?? 0,
            (format.width ?? 100) * 2 / 5
        )
        var blocks = running.map { block($0, at: time, titles: titles, format) }
        if blocks.reduce(0, { $0 + $1.count }) > room {
            // Those with trouble first, then the longest running: what is left out is the least interesting.
            let order = running.indices.sorted { Self.rank(running[$0]) < Self.rank(running[$1]) }
            var left = room - 1
            let shown = order.prefix { index in
                left -= blocks[index].count
                return left >= 0
            }
            let rest = StyledText("      \(format.glyphs.ellipsis) \(running.count - shown.count) more", .dim)
            blocks = room > 0 ? shown.map { blocks[$0] } + [[rest.clipped(to: format.width)]] : []
        }
        var lines = blocks.flatMap { $0 }
        if hasGap, !lines.isEmpty { lines.append(StyledText()) }
        lines.append(total(at: time, format).clipped(to: format.width, ellipsis: format.glyphs.ellipsis))
        return lines
    }

    /// One change; in a narrow window its trouble has a line of its own.
    private func block(
        _ entry: ApplyModel.Entry,
        at time: Duration,
        titles: Int,
        _ format: ViewFormat
    ) -> [StyledText] {
        let own = line(entry, at: time, titles: titles, format)
        let ellipsis = format.glyphs.ellipsis
        guard let trouble = Self.trouble(entry) else { return [own.clipped(to: format.width, ellipsis: ellipsis)] }
        let remark = StyledText(trouble, .yellow)
        let lines = isNarrow(format) ? [own, "      " + remark] : [own + "  " + remark]
        return lines.map { $0.clipped(to: format.width, ellipsis: ellipsis) }
    }

    private static func rank(_ entry: ApplyModel.Entry) -> (Int, Duration) {
        (trouble(entry) == nil ? 1 : 0, entry.startedAt)
    }

    private static func trouble(_ entry: ApplyModel.Entry) -> String? {
        if case .running(let status?) = entry.phase { status.trouble } else { nil }
    }

    private func isNarrow(_ format: ViewFormat) -> Bool { (format.width ?? 100) < 72 }

    private func line(
        _ entry: ApplyModel.Entry,
        at time: Duration,
        titles: Int,
        _ format: ViewFormat
    ) -> StyledText {
        let action = entry.step.action
        let ellipsis = format.glyphs.ellipsis
        var text = StyledText(action.symbol, action.look.strong).padded(to: 3, right: true) + " "
        text += StyledText(entry.step.title, .bold).clippedInMiddle(to: titles, ellipsis: ellipsis).padded(to: titles)
        let time = StyledText(Words.elapsed(time - entry.startedAt), .dim).padded(to: 6, right: true)
        guard case .running(let status?) = entry.phase else {
            return text + "  " + StyledText(action.doing).padded(to: 18) + time
        }
        let isNarrow = isNarrow(format)
        text += "  " + StyledText(status.activity.words).padded(to: 18)
        text += time
        if status.total > 0 { text += "  " + Self.readiness(status, isNarrow: isNarrow, format.glyphs) }
        return text
    }

    /// `●●○ 2/3`, and of an update `●○○ 1/3 updated, 3 ready`; above twelve instances, or with little room, no dots.
    static func readiness(_ status: StepStatus, isNarrow: Bool, _ glyphs: Glyphs) -> StyledText {
        if isNarrow, status.updated != nil { return StyledText("\(status.doneCount)/\(status.total) updated") }
        guard !isNarrow, status.total <= 12 else { return StyledText(status.readiness) }
        let done = min(max(0, status.doneCount), status.total)
        // What was healthy when it was last heard of may be so no longer.
        let look: Look = status.isSilent ? .yellow : .green
        var dots = StyledText(String(repeating: glyphs.filledDot, count: done), look)
        dots.append(String(repeating: glyphs.emptyDot, count: status.total - done), .dim)
        // The dots say of a creation what they count.
        let words = status.updated == nil ? "\(status.doneCount)/\(status.total)" : status.readiness
        return dots + " " + StyledText(words)
    }

    private func total(at time: Duration, _ format: ViewFormat) -> StyledText {
        let count = model.entries.count
        let ended = model.endedCount
        let isNarrow = isNarrow(format)
        let width = isNarrow ? 12 : 24
        let filled = count == 0 ? width : ended * width / count
        var text: StyledText = "    "
        text.append(String(repeating: format.glyphs.filledBar, count: filled), .green)
        text.append(String(repeating: format.glyphs.emptyBar, count: width - filled), .dim)
        text += "  \(ended) of \(Words.count(count, "change"))"
        if model.isInterrupted {
            text += "\(isNarrow ? "  stopping" : "  stopping after what is in flight", .yellow)"
        } else if let batch = model.batch, model.batchCount > 1 {
            text += "\("  batch \(batch + 1) of \(model.batchCount)", .dim)"
        }
        text += "\("  \(Words.elapsed(time))", .dim)"
        return text
    }

    /// The lines that a finished step leaves behind; none for one that never started.
    package static func finished(_ entry: ApplyModel.Entry, _ format: ViewFormat) -> [StyledText] {
        guard case .ended(let result) = entry.phase, !result.isSkipped else { return [] }
        let glyphs = format.glyphs
        let sign = result.isDone ? glyphs.done : result.isInterrupted ? glyphs.warning : glyphs.failed
        var text = StyledText(sign, result.look.strong).padded(to: 3, right: true) + " \(entry.step.title)"
        text += " \(result.words(entry.step.action), result.isDone ? .plain : result.look)"
        text += "\(" (\(Words.elapsed(entry.endedAt - entry.startedAt)))", .dim)"
        if let message = result.message { text += ": \(message)" }
        return text.wrapped(to: format.width, indent: 6)
    }
}
