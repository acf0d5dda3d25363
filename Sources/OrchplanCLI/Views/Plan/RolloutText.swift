import Plans
import ResourceModel

extension Rollout {
    /// How the instances get there, as one sentence without a full stop; empty when no instance is touched.
    ///
    /// - Parameter action: What the step does. Only an update follows the policy after a failure; a creation that
    ///   fails has failed.
    package func sentence(_ action: StepAction = .update) -> String {
        var parts: [String] = []
        if !replacements.isEmpty {
            var text = "rolls " + instances(replacements.count) + batches
            if !isJob { text += (policy.order == .startFirst ? ", start first" : ", stop first") + pace }
            parts.append(kind == .native ? text + ", by the cluster itself" : text)
        }
        if !additions.isEmpty {
            parts.append("starts " + instances(additions.count, more: kept + replacements.count > 0))
        }
        if !removals.isEmpty { parts.append("stops " + instances(removals.count)) }
        guard !parts.isEmpty else { return "" }
        if kept > 0 { parts.append("keeps \(kept)") }
        if isJob { parts.append(desiredReplicas == 1 ? "done when it ends well" : "done when they end well") }
        return parts.joined(separator: "; ") + (action == .update ? afterFailure : "")
    }

    private func instances(_ count: Int, more: Bool = false) -> String {
        Words.count(count, more ? "more instance" : "instance")
    }

    /// `, 2 then 1`, `, one at a time`, `, 5 at a time`, ` at once`.
    private var batches: String {
        let count = replacements.count
        let size = max(1, parallelism)
        if count == 1 { return "" }
        if size >= count { return " at once" }
        if size == 1 { return ", one at a time" }
        let full = count / size
        let rest = count % size
        let steps = Array(repeating: "\(size)", count: full) + (rest > 0 ? ["\(rest)"] : [])
        return steps.count <= 3 ? ", " + steps.joined(separator: " then ") : ", \(size) at a time"
    }

    /// Only where there is something to pace: a second batch, or a time that new instances are watched.
    private var pace: String {
        guard !replacements.isEmpty else { return "" }
        var text = ""
        if policy.delay > .zero, replacements.count > max(1, parallelism) {
            text += ", \(policy.delay.text) apart"
        }
        if policy.monitor > .zero { text += ", each watched for \(policy.monitor.text)" }
        return text
    }

    private var afterFailure: String {
        guard !replacements.isEmpty, !isJob else { return "" }
        switch policy.onFailure {
        case .rollback where rollback != nil: return "; on failure back to what was before"
        case .rollback: return "; on failure it pauses, there is nothing to go back to"
        case .pause: return "; on failure it pauses"
        case .continue: return "; goes on after a failure"
        }
    }
}
