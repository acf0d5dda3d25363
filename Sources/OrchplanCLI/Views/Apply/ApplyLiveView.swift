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
        let running = model.running
        let room = max(1, height - 2)
        var shown = running
        // Those with trouble first, then the longest running: what is cut off is the least interesting.
        if running.count > room {
            shown = running.sorted { Self.rank($0) < Self.rank($1) }.prefix(max(0, room - 1)).map { $0 }
        }
        let titles = min(shown.map { StyledText($0.step.title).width }.max() ?? 0, (format.width ?? 100) * 2 / 5)
        var lines = shown.map { line($0, at: time, titles: titles, format).clipped(to: format.width) }
        if shown.count < running.count {
            lines.append(StyledText("      \(format.glyphs.ellipsis) \(running.count - shown.count) more", .dim))
        }
        if height > 2, !lines.isEmpty { lines.append(StyledText()) }
        lines.append(total(at: time, format).clipped(to: format.width, ellipsis: format.glyphs.ellipsis))
        return lines
    }

    private static func rank(_ entry: ApplyModel.Entry) -> (Int, Duration) {
        guard case .running(let status?) = entry.phase, status.trouble != nil else { return (1, entry.startedAt) }
        return (0, entry.startedAt)
    }

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
        let isNarrow = (format.width ?? 100) < 72
        text += "  " + StyledText(status.activity.words).clipped(to: isNarrow ? 18 : 24).padded(to: 18)
        text += time
        if status.total > 0 { text += "  " + Self.readiness(status, isNarrow: isNarrow, format.glyphs) }
        if let trouble = status.trouble { text += "  \(trouble, .yellow)" }
        return text
    }

    /// `●●○ 2/3`; above twelve instances, or with little room, the numbers alone.
    static func readiness(_ status: StepStatus, isNarrow: Bool, _ glyphs: Glyphs) -> StyledText {
        let numbers = StyledText("\(status.ready)/\(status.total)")
        guard !isNarrow, status.total <= 12 else { return numbers + " ready" }
        let ready = min(max(0, status.ready), status.total)
        var dots = StyledText(String(repeating: glyphs.filledDot, count: ready), .green)
        dots.append(String(repeating: glyphs.emptyDot, count: status.total - ready), .dim)
        return dots + " " + numbers
    }

    private func total(at time: Duration, _ format: ViewFormat) -> StyledText {
        let count = model.entries.count
        let ended = model.endedCount
        let isNarrow = (format.width ?? 100) < 72
        let width = isNarrow ? 12 : 24
        let filled = count == 0 ? width : ended * width / count
        var text: StyledText = "    "
        text.append(String(repeating: format.glyphs.filledBar, count: filled), .green)
        text.append(String(repeating: format.glyphs.emptyBar, count: width - filled), .dim)
        text += "  \(ended) of \(Words.count(count, "change"))"
        if let batch = model.batch, model.batchCount > 1 {
            text += "\("  batch \(batch + 1) of \(model.batchCount)", .dim)"
        }
        text += "\("  \(Words.elapsed(time))", .dim)"
        if model.isInterrupted { text += "\("  stopping after what is in flight", .yellow)" }
        return text
    }

    /// The line that a finished step leaves behind.
    package static func finished(_ entry: ApplyModel.Entry, _ format: ViewFormat) -> StyledText? {
        guard case .ended(let result) = entry.phase, !result.isSkipped else { return nil }
        let glyphs = format.glyphs
        let sign = result.isDone ? glyphs.done : glyphs.failed
        var text = StyledText(sign, result.look.strong).padded(to: 3, right: true) + " \(entry.step.title)"
        text += " \(result.words(entry.step.action), result.isDone ? .plain : result.look)"
        text += "\(" (\(Words.elapsed(entry.endedAt - entry.startedAt)))", .dim)"
        if let message = result.message { text += ": \(message)" }
        return text.clipped(to: format.width, ellipsis: glyphs.ellipsis)
    }
}
