import Plans

/// The question before a change.
package struct ConfirmView: Sendable {
    /// What is asked about: `apply this plan`, `destroy everything`.
    package var question: String
    package var warnings: [String]

    package init(question: String, warnings: [String] = []) {
        self.question = question
        self.warnings = warnings
    }

    /// The question about a plan; destroyed data and services that go down are named once more.
    package init(_ plan: Plan) {
        let isWhole = plan.options.targets.isEmpty
        let count = plan.steps.count { $0.action == .delete }
        let verb =
            !plan.options.destroy
            ? "make these changes to"
            : isWhole ? "destroy everything of" : "destroy \(Words.count(count, "resource")) of"
        question = "Do you want to \(verb) project \(plan.project) (driver \(plan.driver))?"
        warnings = []
        let volumes = plan.steps.filter {
            $0.address.kind == .volume && ($0.action == .delete || $0.action == .replace)
        }
        if !volumes.isEmpty {
            let names = Words.list(volumes.map { "\($0.address)" }, limit: 8)
            warnings.append("This destroys \(names) and the data in \(volumes.count == 1 ? "it" : "them").")
        }
    }

    /// The question and, as the last line without a line break, the prompt.
    package func lines(_ format: ViewFormat) -> [StyledText] {
        var lines = StyledText(question, .bold).wrapped(to: format.proseWidth)
        for warning in warnings {
            lines += StyledText("  \(format.glyphs.warning) \(warning)", Look.red)
                .wrapped(to: format.proseWidth, indent: 4)
        }
        return lines + ["  Only 'yes' will be accepted to approve.", ""]
    }

    package static let prompt = "  Enter a value: "

    /// The whole question; the cursor stays behind the prompt.
    package func text(_ format: ViewFormat) -> String {
        format.painter.paint(lines(format)) + format.painter.paint(StyledText(Self.prompt, .bold))
    }

    /// Whether an answer approves; nil is the end of the input.
    package static func isApproved(_ answer: String?) -> Bool {
        guard let answer else { return false }
        return answer.trimmingWhitespace == "yes"
    }
}

extension String {
    fileprivate var trimmingWhitespace: Substring {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }
}
