import Plans
import ResourceModel

extension Rollout {
    /// How the instances get there, as one sentence without a full stop; empty when no instance is touched.
    package var sentence: String {
        var parts: [String] = []
        if !replacements.isEmpty { parts.append("rolls " + instances(replacements.count) + batches) }
        if !additions.isEmpty {
            parts.append("starts " + instances(additions.count, more: kept + replacements.count > 0))
        }
        if !removals.isEmpty { parts.append("stops \(instances(removals.count))") }
        guard !parts.isEmpty else { return "" }
        if kept > 0, !replacements.isEmpty || !removals.isEmpty { parts.append("keeps \(kept)") }
        var text = parts.joined(separator: ", ")
        if isJob { return text + "; done when \(desiredReplicas == 1 ? "it ends" : "they end") well" }
        if !replacements.isEmpty {
            text += policy.order == .startFirst ? ", start first" : ", stop first"
            if kind == .native { text += ", by the cluster itself" }
        }
        text += pace
        return text + afterFailure
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
        guard !replacements.isEmpty else { return "" }
        switch policy.onFailure {
        case .rollback:
            return rollback == nil ? "; pauses on failure, there is nothing to go back to" : "; back to what was before on failure"
        case .pause: return "; pauses on failure"
        case .continue: return "; goes on after a failure"
        }
    }
}
