import Plans
import ResourceModel

/// A plan as people read it: what changes, why, in which order, and how it will go.
///
/// Lines, not text: the caller paints them. Nothing here reads a clock, a terminal or a file.
package struct PlanView: Sendable {
    /// How much is said.
    package enum Detail: String, Sendable, Hashable, CaseIterable {
        /// Everything, but creations are summed up in a plan of more than 200 of them.
        case auto
        case full
        /// One line for each step.
        case short
    }

    package var plan: Plan
    package var detail: Detail
    /// Whether order, rollouts and forecast are told: what matters to apply, not to a comparison.
    package var tellsExecution: Bool

    package init(_ plan: Plan, detail: Detail = .auto, tellsExecution: Bool = true) {
        self.plan = plan
        self.detail = detail
        self.tellsExecution = tellsExecution
    }

    /// From this many creations on they are summed up.
    package static let manyCreations = 200

    /// The whole view; sections are apart by one empty line.
    package func lines(_ format: ViewFormat) -> [StyledText] {
        var sections: [[StyledText]] = [drift(format)]
        if !plan.steps.isEmpty {
            sections.append(legend(format))
            sections += steps(format)
            if tellsExecution {
                sections.append(batches(format))
                sections.append(forecast(format))
            }
        }
        sections.append(findings(format))
        sections.append(closing(format))
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [StyledText()]))
    }

    /// The view as text, painted.
    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }

    /// The symbols in use, each with how many steps it stands for.
    private func legend(_ format: ViewFormat) -> [StyledText] {
        let told = plan.toldSteps
        var counts: [(action: StepAction, count: Int)] = []
        for action in [StepAction.create, .update, .replace, .supersede, .delete, .record, .forget] {
            let count = told.count { $0.action == action || ($0.action == .retire && action == .supersede) }
            if count > 0 { counts.append((action, count)) }
        }
        let entries = counts.map { entry -> StyledText in
            let symbol = StyledText(entry.action.symbol, entry.action.look.strong)
            return symbol + " \(entry.action.legend)"
        }
        var lines: [StyledText] = []
        for entry in entries {
            let gap = StyledText.spaces(4)
            if let last = lines.last, last.width + 4 + entry.width <= format.width ?? .max {
                lines[lines.count - 1] = last + gap + entry
            } else {
                lines.append("  " + entry)
            }
        }
        return lines
    }

    private func steps(_ format: ViewFormat) -> [[StyledText]] {
        if detail == .short {
            return [plan.toldSteps.map { StepView($0, tellsExecution: tellsExecution).headline(format) }]
        }
        let creations = plan.steps.count { $0.action == .create }
        let isSummed = detail == .auto && creations > Self.manyCreations
        var sections = plan.toldSteps.filter { !isSummed || $0.action != .create }
            .map { step in
                StepView(step, retired: plan.retiredObject(of: step), tellsExecution: tellsExecution).lines(format)
            }
        if isSummed { sections.append(creationSummary(format)) }
        return sections
    }

    /// One line for each kind that is created: how many, and the first few names.
    private func creationSummary(_ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = []
        for kind in ResourceKind.allCases {
            let names = plan.steps.filter { $0.action == .create && $0.address.kind == kind }.map(\.address.name)
            guard !names.isEmpty else { continue }
            let verb = "\(Words.count(names.count, kind.rawValue)) will be created"
            lines.append("  \("+", Look.green.strong) \(verb, .bold)")
            let some = StyledText("      " + Words.list(names, limit: 4), .dim)
            lines += some.wrapped(to: format.proseWidth, indent: 6)
        }
        return lines
    }
}

/// The difference between what is declared and what is there, without how an apply would go about it.
package struct DiffView: Sendable {
    package var plan: Plan
    package var detail: PlanView.Detail

    package init(_ plan: Plan, detail: PlanView.Detail = .auto) {
        self.plan = plan
        self.detail = detail
    }

    package func lines(_ format: ViewFormat) -> [StyledText] {
        PlanView(plan, detail: detail, tellsExecution: false).lines(format)
    }

    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format))
    }
}
