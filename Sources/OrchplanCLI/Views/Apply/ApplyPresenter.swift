import Applying
import Plans
import ResourceModel

/// What to write for each event of an apply, as text; the clock and the terminal's size are arguments.
package struct ApplyPresenter: Sendable {
    /// How progress is shown.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// One region at the end of a terminal, drawn again and again.
        case live
        /// Lines, when something changes.
        case plain
        /// One JSON object a line.
        case ndjson
        /// Nothing but the final report.
        case quiet
    }

    /// Between two frames lies at least so much time; an event in between shows in the next one.
    package static let frameInterval = Duration.milliseconds(100)

    private let mode: Mode
    private let format: ViewFormat
    private var live: ApplyModel
    private var plain: ApplyPlainView
    private let events: ApplyEventView
    private var region = LiveRegion()
    private var lastFrame: Duration?
    private var pending: [Int] = []
    private var saidVersion = false

    package init(_ plan: Plan, mode: Mode, format: ViewFormat, startedAt: Timestamp) {
        self.mode = mode
        self.format = format
        live = ApplyModel(plan)
        plain = ApplyPlainView(plan, format)
        events = ApplyEventView(plan, startedAt: startedAt)
    }

    /// The text that an event adds to the output.
    package mutating func handle(_ event: ApplyProgress, at time: Duration, size: TerminalSize? = nil) -> String {
        switch mode {
        case .quiet: return ""
        case .ndjson:
            let first = saidVersion ? "" : events.header()
            saidVersion = true
            return first + events.line(event, at: time)
        case .plain: return gap(before: event) + format.painter.paint(plain.handle(event, at: time))
        case .live:
            live.handle(event, at: time)
            if case .started = event { return gap(before: event) + tick(at: time, size: size) }
            if case .stepFinished(let step, _) = event, live.entries.indices.contains(step) { pending.append(step) }
            // The empty line keeps what scrolled by apart from the report.
            if case .finished = event { return draw(at: time, size: size, isLast: true) + "\n" }
            return tick(at: time, size: size)
        }
    }

    /// The empty line that keeps progress apart from the plan above it.
    private func gap(before event: ApplyProgress) -> String {
        if case .started = event { "\n" } else { "" }
    }

    /// The text that the passing of time adds: a new frame, or a sign of life.
    package mutating func tick(at time: Duration, size: TerminalSize? = nil) -> String {
        switch mode {
        case .quiet, .ndjson: return ""
        case .plain: return format.painter.paint(plain.tick(at: time))
        case .live:
            if let lastFrame, time - lastFrame < Self.frameInterval { return "" }
            return draw(at: time, size: size, isLast: live.report != nil)
        }
    }

    /// Takes the region away, for an end without a report; what scrolled up above it stays.
    package mutating func close(at time: Duration, size: TerminalSize? = nil) -> String {
        mode == .live ? draw(at: time, size: size, isLast: true) : ""
    }

    private mutating func draw(at time: Duration, size: TerminalSize?, isLast: Bool) -> String {
        lastFrame = time
        let size = size ?? TerminalSize(width: format.width ?? 80, height: 24)
        var fitted = format
        fitted.width = size.width - 1
        let finished = pending.flatMap { ApplyLiveView.finished(live.entries[$0], fitted) }
        pending = []
        // The region never takes more than half of a tall terminal: what scrolled by stays in sight.
        let height = min(size.height - 1, max(6, size.height / 2))
        let frame = isLast ? [] : [StyledText()] + ApplyLiveView(live).frame(at: time, height: height - 1, fitted)
        return region.redraw(finished: finished, frame: frame, size: size, painter: format.painter)
    }
}
