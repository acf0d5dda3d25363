import Linting
import SourceDiagnostics

/// What `explain` says of the rules of lint.
enum RuleView {
    /// One rule: what it finds, why that matters, what to do, and how to silence it.
    static func lines(_ rule: LintRule, _ format: ViewFormat) -> [StyledText] {
        var lines = ExplainView.lines(rule.code, format)
        lines +=
            ["", StyledText("  Why", .bold)] + StyledText("  \(rule.why)").wrapped(to: format.proseWidth, indent: 2)
        lines += ["", StyledText("  Severity", .bold)]
        lines += StyledText(
            "  \(rule.severity?.rawValue ?? "off") unless orchplan.yaml says otherwise: "
                + "lint: {rules: {\(rule.code.slug): \(other(than: rule.severity))}}"
        )
        .wrapped(to: format.proseWidth, indent: 2)
        if !rule.options.isEmpty {
            lines += ["", StyledText("  Options", .bold)]
            lines += ExplainView.glossary(
                rule.options.map { ($0.name, "\($0.summary) By default \($0.standard.text).") },
                format
            )
        }
        lines += ["", StyledText("  Found in", .bold)] + code(rule.example.failing, format)
        lines += ["", StyledText("  Not in", .bold)] + code(rule.example.passing, format)
        return lines + ["", StyledText("  To silence it", .bold), StyledText("  \(rule.silencer)", .cyan)]
    }

    /// All rules by group, with how bad their findings are in this project.
    static func list(_ levels: RuleLevels, _ format: ViewFormat) -> [StyledText] {
        var lines: [StyledText] = []
        let widest = LintRule.all.map { $0.code.slug.count }.max() ?? 0
        for group in LintGroup.allCases {
            if !lines.isEmpty { lines.append("") }
            lines.append("\(group.title, .bold)  \(group.summary, .dim)")
            for rule in group.rules { lines += line(rule, levels.severity(of: rule), widest, format) }
        }
        return lines + [""]
            + StyledText("Go on with orchplan explain RULE, by name or code; orchplan.yaml sets severities.")
            .wrapped(to: format.proseWidth, indent: 0)
    }

    private static func line(
        _ rule: LintRule,
        _ severity: Severity?,
        _ widest: Int,
        _ format: ViewFormat
    ) -> [StyledText] {
        let name: StyledText = "  \(rule.code.id)  \(rule.code.slug, .cyan)"
        let level = severity?.rawValue ?? "off"
        let mark = severity.map { StyledText(level, role($0)) } ?? StyledText(level, .dim)
        let head = name.padded(to: widest + 12) + mark
        let indent = widest + 12 + 9
        guard format.width.map({ $0 >= indent + 36 }) ?? true else {
            return [head] + StyledText("      \(rule.code.summary)").wrapped(to: format.proseWidth, indent: 6)
        }
        return (head.padded(to: indent) + StyledText(rule.code.summary)).wrapped(to: format.width, indent: indent)
    }

    private static func role(_ severity: Severity) -> Look {
        switch severity {
        case .error: .red
        case .warning: .yellow
        case .note: .cyan
        }
    }

    private static func other(than severity: Severity?) -> String {
        severity == nil || severity == .note ? "warning" : "error"
    }

    /// A manifest, as it is: what is wider than the terminal runs on, since a copy of it has to work.
    private static func code(_ text: String, _ format: ViewFormat) -> [StyledText] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { StyledText("    \($0)", .dim) }
    }
}
