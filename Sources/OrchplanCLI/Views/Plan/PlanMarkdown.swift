import Plans
import ResourceModel
import SourceDiagnostics

/// A plan as Markdown for a comment on a pull request: counts in sight, the steps folded away.
///
/// Never longer than `maximumBytes`: what does not fit is left out step by step, and the text says how many.
package struct PlanMarkdown: Sendable {
    package var plan: Plan
    package var title: String
    package var maximumBytes: Int

    /// - Parameter maximumBytes: GitHub takes 65,536 characters in a comment.
    package init(_ plan: Plan, title: String = "Plan", maximumBytes: Int = 65_000) {
        self.plan = plan
        self.title = title
        self.maximumBytes = maximumBytes
    }

    package func text() -> String {
        // The mark lets a CI job find its earlier comment and update it in place.
        var head = "<!-- orchplan:plan:\(Self.inline(plan.project)) -->\n"
        head += "### \(Self.inline(title)): \(Self.inline(counts))\n\n"
        head += "Project `\(Self.code(plan.project))`, driver `\(Self.code(plan.driver))`.\n"
        head += findings + drift
        let forecast = self.forecast
        guard !plan.steps.isEmpty else { return Self.cut(head, to: maximumBytes) }
        let blocks = plan.toldSteps.map(block)
        let open = "\n<details><summary>\(Words.count(plan.toldSteps.count, "step"))</summary>\n\n"
        let close = "\n</details>\n"
        let note = "\n_And \(plan.toldSteps.count) more steps, which do not fit here._\n"
        let fixed = [head, open, close, forecast].reduce(0) { $0 + $1.utf8.count }
        var room = maximumBytes - fixed
        guard room > note.utf8.count else {
            return Self.cut(head, to: maximumBytes)
        }
        if blocks.reduce(0, { $0 + $1.utf8.count }) > room { room -= note.utf8.count }
        var shown = ""
        var count = 0
        for block in blocks {
            guard shown.utf8.count + block.utf8.count <= room else { break }
            shown += block
            count += 1
        }
        let rest = plan.toldSteps.count - count
        let tail = rest > 0 ? "\n_And \(Words.count(rest, "more step")), which do not fit here._\n" : ""
        return head + open + shown + tail + close + forecast
    }

    private var counts: String {
        guard !plan.steps.isEmpty else { return plan.unread.isEmpty ? "no changes" : "could not tell" }
        let summary = plan.summary
        return "\(summary.add) to add, \(summary.change) to change, \(summary.destroy) to destroy"
    }

    /// A fenced block in the colours of a diff: its symbols stand in the first column, and `!` means changed there.
    private func block(_ step: PlanStep) -> String {
        let format = ViewFormat()
        let view = StepView(step, retired: plan.retiredObject(of: step), tellsExecution: true)
        var lines = [Self.symbol(step.action) + " " + view.heading.plain.drop { $0 == " " }]
        if !step.because.isEmpty { lines.append("  # " + Escaping.visible(step.because)) }
        for line in view.body(format) {
            let mark = line.mark.map { $0 == .changed ? "!" : $0.symbol } ?? " "
            lines.append(mark + String(repeating: " ", count: max(1, line.indent - 1)) + line.content.trimmed.plain)
        }
        let fence = Self.fence(lines)
        return "\(fence)diff\n" + lines.joined(separator: "\n") + "\n\(fence)\n"
    }

    private static func symbol(_ action: StepAction) -> String {
        switch action {
        case .create, .supersede: "+"
        case .delete, .retire: "-"
        case .update, .replace: "!"
        case .record, .forget: " "
        }
    }

    /// A fence longer than any run of backticks inside, so that no value can end it.
    private static func fence(_ lines: [String]) -> String {
        var longest = 0
        for line in lines {
            var run = 0
            for byte in line.utf8 {
                run = byte == UInt8(ascii: "`") ? run + 1 : 0
                longest = max(longest, run)
            }
        }
        return String(repeating: "`", count: max(3, longest + 1))
    }

    private var findings: String {
        guard !plan.findings.isEmpty else { return "" }
        return "\n"
            + plan.findings
            .map { finding in
                let help = finding.help.map { " _\(Self.inline($0))_" } ?? ""
                return "- **\(finding.severity.rawValue)** `\(finding.code)` `\(finding.address)`: "
                    + "\(Self.inline(finding.message)).\(help)\n"
            }
            .joined()
    }

    private var drift: String {
        guard !plan.drift.isEmpty else { return "" }
        return "\nThe cluster differs from what was applied last:\n\n"
            + plan.drift
            .map { item in
                "- `\(item.address)`: \(Self.inline(item.description))"
                    + (item.isRepaired ? " (this plan puts it right)\n" : " (this plan leaves it so)\n")
            }
            .joined()
    }

    private var forecast: String {
        let services = PlanView.byLoss(plan.forecast).prefix(20)
        guard !services.isEmpty else { return "" }
        var text = "\n| service | healthy now | fewest | wanted | at least |\n|---|---:|---:|---:|---:|\n"
        for service in services {
            text += "| `\(service.address)` | \(service.healthyBefore) | \(service.fewestHealthy) "
            text += "| \(service.desired) | \(PlanView.atLeast(service.minimumDuration)) |\n"
        }
        return text
    }

    /// Text from outside in running Markdown: neither markup nor HTML nor a mention of anybody.
    private static func inline(_ text: String) -> String {
        var result = ""
        for character in Escaping.visible(text) {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~": result += "\\\(character)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            // A zero-width joiner would do as well, but nothing invisible is written here.
            case "@": result += "&#64;"
            default: result.append(character)
            }
        }
        return result
    }

    private static func code(_ text: String) -> String {
        String(Escaping.visible(text).map { $0 == "`" ? "'" : $0 })
    }

    /// The text cut at a line's end.
    private static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var result = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard result.utf8.count + line.utf8.count + 1 <= bytes else { break }
            result += line + "\n"
        }
        return result
    }
}
