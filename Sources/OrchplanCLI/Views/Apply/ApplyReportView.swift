import Applying
import Plans
import ResourceModel

/// What an apply came to: what was done, what failed and why, what never started, and how to go on.
package struct ApplyReportView: Sendable {
    package var plan: Plan
    package var report: ApplyReport
    /// The exact command that goes on from here: `orchplan apply -e prod`.
    package var nextCommand: String
    /// What was done, as the closing line calls it: `Apply`, `Rollback`, `Destroy`.
    package var title: String
    /// What could not be recorded; nil: nothing.
    package var lack: RecordLack?

    package init(
        _ plan: Plan,
        _ report: ApplyReport,
        nextCommand: String = "orchplan apply",
        title: String = "Apply",
        lack: RecordLack? = nil
    ) {
        self.plan = plan
        self.report = report
        self.nextCommand = nextCommand
        self.title = title
        self.lack = lack
    }

    /// The steps that were done, counted as a plan counts them.
    package var counts: PlanSummary { report.counts(of: plan) }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        var sections: [[StyledText]] = []
        for (step, result) in zip(plan.steps, report.results) where !result.isDone && !result.isSkipped {
            sections.append(trouble(step, result, format))
        }
        sections.append(notStarted(format))
        sections.append(closing.flatMap { $0.wrapped(to: format.proseWidth, indent: 4) })
        sections.append(unread(format))
        sections.append(advice(format))
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [StyledText()]))
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }

    /// Secrets that nobody could read: they are as they were, whatever their sources say by now.
    private func unread(_ format: ViewFormat) -> [StyledText] {
        guard !plan.unread.isEmpty else { return [] }
        let names = Words.list(plan.unread.map(\.description), limit: 4)
        let stays = plan.unread.count == 1 ? "stays as it was" : "stay as they were"
        let text: StyledText = "\("Not known:", Look.yellow.strong) \(names) could not be read and \(stays)."
        return text.wrapped(to: format.proseWidth, indent: 4)
    }

    /// The counts as `1 added, 2 changed, 0 destroyed`.
    package var countsText: String { counts.done }

    private var closing: [StyledText] {
        let time = Words.elapsed(report.elapsed)
        guard report.outcome != .converged else {
            return ["\("\(title) complete.", Look.green.strong) \(countsText) in \(time)."]
        }
        return ["\("\(title) \(outcomeWords) after \(time).", Look.red.strong) \(report.summary(of: plan))."]
    }

    private var outcomeWords: String {
        switch report.outcome {
        case .converged: "complete"
        case .failed: "failed"
        case .stale: "stopped, its plan is stale,"
        case .rolledBack: "rolled back"
        case .paused: "paused"
        case .timedOut: "timed out"
        case .interrupted: "interrupted"
        }
    }

    /// One step that went wrong: message, help, the last lines that it printed.
    private func trouble(_ step: PlanStep, _ result: StepResult, _ format: ViewFormat) -> [StyledText] {
        let glyph = result.isInterrupted ? format.glyphs.warning : format.glyphs.failed
        let sign = StyledText(glyph, result.look.strong)
        var lines: [StyledText] = [sign + " \(step.title, .bold) \(result.words(step.action), result.look.strong)"]
        if let message = result.message {
            lines += StyledText.message(message, after: "    ", indent: 4, to: format.proseWidth)
        }
        if let help = result.help {
            lines += StyledText.message(help, after: "    \("help:", .bold) ", indent: 10, to: format.proseWidth)
        }
        if !result.logs.isEmpty {
            lines.append(StyledText("    the last lines that it printed:", .dim))
            lines += LogExcerpt(result.logs).lines(format)
        }
        return lines
    }

    /// Steps that never started, by reason.
    private func notStarted(_ format: ViewFormat) -> [StyledText] {
        var groups: [(reason: String, names: [String])] = []
        for (step, result) in zip(plan.steps, report.results) {
            guard case .skipped(let reason) = result else { continue }
            let text = words(reason)
            if let index = groups.firstIndex(where: { $0.reason == text }) {
                groups[index].names.append(step.title)
            } else {
                groups.append((text, [step.title]))
            }
        }
        guard !groups.isEmpty else { return [] }
        var lines: [StyledText] = [StyledText("Not started:", .bold)]
        for group in groups {
            let text: StyledText = "  \(Words.list(group.names, limit: 8))\(", \(group.reason)", .dim)"
            lines += text.wrapped(to: format.proseWidth, indent: 4)
        }
        return lines
    }

    private func words(_ reason: SkipReason) -> String {
        switch reason {
        case .needs(let step):
            plan.steps.indices.contains(step)
                ? "waiting for \(plan.steps[step].address)" : "waiting for a step that did not succeed"
        case .earlierFailure:
            isStaleAlone ? "because the plan is stale" : "because an earlier batch failed"
        case .interrupted: "because of the interrupt"
        }
    }

    /// Whether nothing failed, and what did not start is left because the plan does not hold any more.
    private var isStaleAlone: Bool {
        report.results.allSatisfy { result in
            if case .stale = result { return true }
            return result.isDone || result.isSkipped
        }
    }

    /// How to go on; nothing after success.
    private func advice(_ format: ViewFormat) -> [StyledText] {
        guard let text = lack.map(advice) ?? adviceWhenRecorded else { return [] }
        return StyledText(text).wrapped(to: format.proseWidth) + ["    \(nextCommand, .bold)"]
    }

    private var adviceWhenRecorded: String? {
        switch report.outcome {
        case .converged: nil
        case .stale where isStaleAlone && !report.results.contains { $0.isDone }:
            "Nothing was changed. Make a new plan and apply it:"
        case .stale: "What was done is recorded. Make a new plan and apply it:"
        case .rolledBack:
            "What rolled back runs as before. What was done is recorded. Mend the cause, then go on with:"
        case .paused: "What is paused stands half done, old and new side by side. Mend the cause, then go on with:"
        case .timedOut: "What was done is recorded. Look into what did not become healthy, then go on with:"
        case .failed: "What was done is recorded. Mend the cause, then go on with:"
        case .interrupted: "What was done is recorded, and what runs goes on running. Go on from here with:"
        }
    }

    private func advice(_ lack: RecordLack) -> String {
        lack.text
            + (lack.isFenced
                ? " See what is there with orchplan status, then go on with:"
                : " See that the state can be written, then go on with:")
    }
}
