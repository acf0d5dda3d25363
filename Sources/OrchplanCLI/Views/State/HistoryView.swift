import ResourceModel
import StateStores

/// The revisions of a project, the newest first.
package struct HistoryView: Sendable {
    package var revisions: [Revision]
    package var now: Timestamp

    package init(_ revisions: [Revision], now: Timestamp) {
        self.revisions = revisions
        self.now = now
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        guard !revisions.isEmpty else { return ["No revisions yet: nothing was applied."] }
        var table = Table([
            Table.Column("REVISION", right: true), Table.Column("OUTCOME"), Table.Column("AGE", right: true),
            Table.Column("STARTED (UTC)", priority: 3), Table.Column("TOOK", right: true, priority: 2),
            Table.Column("BY", priority: 4, minimum: 8, cutsMiddle: true),
            Table.Column("CHANGES", priority: 5, minimum: 32),
            Table.Column("PLAN", priority: 1),
        ])
        for revision in revisions {
            table.add([
                StyledText("\(revision.number)", .bold), Self.outcome(revision.outcome),
                StyledText(Words.age(now.since(revision.startedAt))), StyledText(revision.startedAt.minute, .dim),
                StyledText(revision.finishedAt.map { Words.elapsed($0.since(revision.startedAt)) } ?? "", .dim),
                StyledText(revision.author), StyledText(revision.summary),
                StyledText(String(revision.plan.prefix(12)), .dim),
            ])
        }
        return table.lines(format)
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }

    static func outcome(_ outcome: RevisionOutcome) -> StyledText {
        switch outcome {
        case .running: StyledText("running", .cyan)
        case .converged: StyledText("converged", .green)
        case .failed: StyledText("failed", .red)
        case .rolledBack: StyledText("rolled back", .yellow)
        case .paused: StyledText("paused", .yellow)
        case .timedOut: StyledText("timed out", .yellow)
        case .interrupted: StyledText("interrupted", .yellow)
        }
    }
}
