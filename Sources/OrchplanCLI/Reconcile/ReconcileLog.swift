import Reconciling
import ResourceModel

/// Writes the loop's events on standard error, one line each.
final class ReconcileLog: Sendable {
    private let writer: TerminalWriter
    private let format: ViewFormat
    private let logFormat: LogFormat

    init(_ workspace: Workspace, format logFormat: LogFormat) {
        writer = workspace.errors
        format = workspace.terminal.format(.errors)
        self.logFormat = logFormat
    }

    var isColoured: Bool { logFormat == .text && format.isColoured }

    func write(_ news: ReconcileNews) {
        let now = SystemTimestamp.now()
        switch logFormat {
        case .json: writer.write(news.json(at: now) + "\n")
        case .text: writer.write(ReconcileLogView(news, at: now).text(format))
        }
    }
}

/// One event as people read it: time, event, what happened; diagnostics below it as they are.
struct ReconcileLogView {
    var news: ReconcileNews
    var time: Timestamp

    init(_ news: ReconcileNews, at time: Timestamp) {
        self.news = news
        self.time = time
    }

    func text(_ format: ViewFormat) -> String {
        let look: Look =
            switch news.level {
            case .info: .dim
            case .warning: .yellow
            case .error: .red
            }
        let clock = String(time.text.dropFirst(11).prefix(8))
        let name = news.event + String(repeating: " ", count: max(0, 18 - news.event.count))
        let line: StyledText = "\(clock, .dim)  \(name, look)  \(news.message)"
        // Rendered and escaped by the renderer of diagnostics.
        guard let details = news.details else { return format.painter.paint([line]) }
        return format.painter.paint([line]) + details + (details.hasSuffix("\n") ? "" : "\n")
    }
}
