import ResourceModel

/// Shows one status after the other: on a terminal in place, elsewhere what changed.
package struct StatusPresenter: Sendable {
    package enum Mode: Sendable, Hashable {
        /// The whole terminal, drawn again and again.
        case live
        /// A line for each service, and again for each change of one.
        case plain
        /// The whole status as JSON on one line, whenever it changed.
        case ndjson
    }

    private let mode: Mode
    private let format: ViewFormat
    private let showsDetails: Bool
    private let showsInstances: Bool
    private var screen = FullScreen()
    private var last: StatusReport?
    private var lines = StatusChangeLines()
    private var lastJSON: String?
    private var lastFailure: String?

    package init(mode: Mode, format: ViewFormat, showsDetails: Bool = false, showsInstances: Bool = false) {
        self.mode = mode
        self.format = format
        self.showsDetails = showsDetails
        self.showsInstances = showsInstances
    }

    /// Whether there was anything to show yet.
    package var hasShown: Bool { last != nil }

    /// The text that a new report adds to the output.
    package mutating func show(_ report: StatusReport, size: TerminalSize?) -> String {
        last = report
        lastFailure = nil
        switch mode {
        case .live:
            let time = report.now.text.dropFirst(11).prefix(8)
            return draw(report, StyledText("\(time) UTC, ^C ends", .dim), size)
        case .plain: return format.painter.paint(lines.handle(report))
        case .ndjson:
            // What only time changes is no news.
            let key = StatusJSON(report, isTimeless: true).text()
            guard key != lastJSON else { return "" }
            lastJSON = key
            return StatusJSON(report).text() + "\n"
        }
    }

    /// The text that says that there is nothing new to know, and why; what was known last stays.
    package mutating func fail(_ message: String, size: TerminalSize?) -> String {
        guard let last, lastFailure != message else { return "" }
        lastFailure = message
        switch mode {
        case .live: return draw(last, StyledText("not current: \(message)", .red), size)
        case .plain: return format.painter.paint(["not current: \(message)"])
        case .ndjson: return ""
        }
    }

    /// Gives the terminal back as it was, and below it the last frame without the line for whoever watched.
    package mutating func close(size: TerminalSize?) -> String {
        guard mode == .live, let last else { return "" }
        let (lines, _) = frame(last, nil, size)
        return screen.leave() + format.painter.paint(lines)
    }

    /// Gives the terminal back for a while; the next report is drawn anew.
    package mutating func suspend() -> String {
        mode == .live ? screen.leave() : ""
    }

    private mutating func draw(_ report: StatusReport, _ remark: StyledText, _ size: TerminalSize?) -> String {
        let (lines, size) = frame(report, remark, size)
        return screen.redraw(frame: lines, size: size, painter: format.painter)
    }

    private func frame(
        _ report: StatusReport,
        _ remark: StyledText?,
        _ size: TerminalSize?
    ) -> ([StyledText], TerminalSize) {
        let size = size ?? TerminalSize(width: format.width ?? 80, height: 24)
        var fitted = format
        fitted.width = size.width - 1
        let height = size.height - 1 - (remark == nil ? 0 : 2)
        var view = StatusView(report, showsInstances: showsInstances, showsDetails: showsDetails)
        var frame = view.lines(fitted)
        if frame.count > height {
            view.showsLogs = false
            frame = view.lines(fitted)
        }
        if frame.count > height {
            // What is cut off is to be what goes well.
            view.report.services.sort { !$0.isWell && $1.isWell }
            frame = Self.cut(view.lines(fitted), to: height, ending: view.ending(fitted).count, fitted)
        }
        if let remark { frame += [StyledText(), remark] }
        return (frame, size)
    }

    /// The first lines and the last ones, with a line between them that says how many are missing.
    static func cut(_ lines: [StyledText], to height: Int, ending: Int, _ format: ViewFormat) -> [StyledText] {
        guard lines.count > height, height > 0 else { return lines }
        let end = min(ending, max(0, height - 3))
        let start = max(0, height - end - 1)
        let missing = lines.count - start - end
        return lines.prefix(start) + [StyledText("\(format.glyphs.ellipsis) \(missing) more", .dim)] + lines.suffix(end)
    }
}
