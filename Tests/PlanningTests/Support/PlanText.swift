import Plans
import ResourceModel

/// A plan in a few lines, for comparing in tests.
enum PlanText {
    static func text(_ result: PlanResultText) -> String {
        switch result {
        case .plan(let plan): (plan.steps.map { line($0) } + plan.findings.map(finding)).joined(separator: "\n")
        case .problems(let lines): lines.joined(separator: "\n")
        }
    }

    private static func line(_ step: PlanStep) -> String {
        var parts = ["\(step.batch)", symbol(step.action), step.address.description]
        parts.append("(" + step.reasons.map(\.code).joined(separator: ",") + ")")
        if !step.changes.isEmpty {
            parts.append(step.changes.map { $0.path + ($0.forcesReplacement ? "!" : "") }.joined(separator: " "))
        }
        if let rollout = step.rollout { parts.append(self.rollout(rollout)) }
        if !step.needs.isEmpty { parts.append("needs " + step.needs.map { "\($0.step)" }.joined(separator: ",")) }
        return parts.joined(separator: " ")
    }

    private static func rollout(_ rollout: Rollout) -> String {
        var parts = ["\(rollout.kept) kept"]
        if !rollout.replacements.isEmpty {
            parts.append("~" + rollout.replacements.map { "\($0.slot)" }.joined(separator: ","))
        }
        if !rollout.additions.isEmpty { parts.append("+" + rollout.additions.map(String.init).joined(separator: ",")) }
        if !rollout.removals.isEmpty {
            parts.append("-" + rollout.removals.map { "\($0.slot)" }.joined(separator: ","))
        }
        if rollout.parallelism > 1 { parts.append("x\(rollout.parallelism)") }
        if rollout.rollback != nil { parts.append("back") }
        return "[" + parts.joined(separator: " ") + "]"
    }

    private static func finding(_ finding: PlanFinding) -> String {
        "\(finding.code) \(finding.severity.rawValue) \(finding.address)"
    }

    private static func symbol(_ action: StepAction) -> String {
        switch action {
        case .create: "+"
        case .update: "~"
        case .replace: "-/+"
        case .supersede: "+/"
        case .retire: "/-"
        case .delete: "-"
        case .record: "="
        case .forget: "forget"
        }
    }
}

/// What a test compares.
enum PlanResultText {
    case plan(Plan)
    case problems([String])
}

extension Scene {
    /// The plan, or its problems, in a few lines.
    var text: String {
        let result = plan()
        if let plan = result.plan { return PlanText.text(.plan(plan)) }
        return PlanText.text(
            .problems(result.problems.map { "\($0.code.rawValue) \($0.address?.description ?? "-") \($0.message)" })
        )
    }
}
