import Drivers
import Plans
import ResourceModel

/// What an import is going to do, or has done, as people read it.
package struct ImportView: Sendable {
    package var report: ImportReport

    package init(_ report: ImportReport) {
        self.report = report
    }

    /// Everything that there is to import, what stays as it is, and what stands in the way.
    package func text(_ format: ViewFormat) -> String { format.painter.paint(lines(format)) }

    func lines(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = []
        let title =
            report.isRefused
            ? "These could become this project's own:" : "These become this project's own; nothing is restarted:"
        lines += section(title, format) {
            if case .adopt(let adoption) = $0.outcome { adopted(adoption, format) } else { nil }
        }
        lines += section("These stay as they are:", format) { item in
            switch item.outcome {
            case .recorded: note(item, "it is recorded already", nil, format)
            case .external:
                note(item, "it is external: it is used as it is, and there is nothing to import", nil, format)
            case .left(let message, let help): note(item, message, help, format)
            case .adopt, .absent, .refused: nil
            }
        }
        lines += section("These are not there, and are made by the next apply:", format) { item in
            guard case .absent = item.outcome else { return nil }
            let look = StepAction.create
            return ["\(StyledText(look.symbol, look.look.strong).padded(to: 3, right: true)) \(item.address, .bold)"]
        }
        lines += section("These cannot be imported as they are declared:", format) { item in
            guard case .refused(let message, let help) = item.outcome else { return nil }
            return note(item, message, help, format, symbol: StyledText("x", Look.red.strong))
        }
        return lines + (report.isRefused ? [] : [summary])
    }

    private func section(
        _ title: String,
        _ format: ViewFormat,
        _ body: (ImportItem) -> [StyledText]?
    ) -> [StyledText] {
        let lines = report.items.compactMap(body).flatMap { $0 }
        return lines.isEmpty ? [] : StyledText(title).wrapped(to: format.proseWidth) + [""] + lines + [""]
    }

    private func adopted(_ adoption: Adoption, _ format: ViewFormat) -> [StyledText] {
        let look = StepAction.record
        let count = adoption.differences.count
        let rest =
            count == 0
            ? "as declared"
            : "\(Words.count(count, "field")) \(count == 1 ? "is" : "are") not as declared: the next apply changes"
                + (count == 1 ? " it" : " them")
        let symbol = StyledText(look.symbol, look.look.strong).padded(to: 3, right: true)
        let head: StyledText = "\(symbol) \(adoption.address, .bold)  \(adoption.object + ", " + rest, .dim)"
        let changes = adoption.differences.map { FieldChange(path: $0.path, before: $0.live, after: $0.applied) }
        return head.wrapped(to: format.proseWidth, indent: 6)
            + FieldLayout(format: format).lines(changes, indent: 6).map(\.styled)
    }

    private func note(
        _ item: ImportItem,
        _ message: String,
        _ help: String?,
        _ format: ViewFormat,
        symbol: StyledText = StyledText(".", Look.cyan.strong)
    ) -> [StyledText] {
        let head: StyledText = "\(symbol.padded(to: 3, right: true)) \(item.address, .bold)  "
        var lines = StyledText.message(message, after: head, indent: 6, to: format.proseWidth)
        if let help {
            lines += StyledText.message(help, after: "      \("help:", .bold) ", indent: 12, to: format.proseWidth)
        }
        if let place = item.place, help != nil { lines.append("      \("at \(place)", .dim)") }
        return lines
    }

    private var summary: StyledText {
        let adoptions = report.adoptions
        guard !report.items.isEmpty else {
            return "\("Nothing to import.", .bold) Everything that is declared is recorded."
        }
        guard !adoptions.isEmpty else { return StyledText("Nothing to import.", .bold) }
        let differing = adoptions.count { !$0.differences.isEmpty }
        return "\("Import:", .bold) \(adoptions.count) to import, \(differing) not as declared."
    }

    /// What was done, and what comes next.
    ///
    /// - Parameter nextCommand: What to add to the command that shows the plan.
    package func ending(_ format: ViewFormat, nextCommand: String = "") -> String {
        let done = report.adoptions.filter { report.imported.contains($0.address) }
        let differing = done.count { !$0.differences.isEmpty }
        var text: StyledText = "\("Import complete:", Look.green.strong) \(done.count) imported"
        if done.count < report.adoptions.count {
            text = "\("Import stopped:", Look.red.strong) \(done.count) of \(report.adoptions.count) imported"
        }
        text += differing == 0 ? ", all as declared." : ", \(differing) not as declared."
        let next = StyledText("orchplan plan\(nextCommand) shows what the next apply changes.")
        return format.painter.paint([""] + text.wrapped(to: format.proseWidth) + next.wrapped(to: format.proseWidth))
    }
}
