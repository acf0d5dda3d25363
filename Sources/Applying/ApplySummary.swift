import Plans

extension PlanSummary {
    /// The counts as of something that is still to be done: `planned: 1 to add, 2 to change, 0 to destroy`.
    package var planned: String { "planned: \(add) to add, \(change) to change, \(destroy) to destroy" }

    /// The counts as of something done: `1 added, 2 changed, 0 destroyed`.
    package var done: String { "\(add) added, \(change) changed, \(destroy) destroyed" }
}

extension ApplyReport {
    /// The steps of the plan that were done, counted as a plan counts them.
    package func counts(of plan: Plan) -> PlanSummary {
        var done = plan
        done.steps = zip(plan.steps, results).filter { $0.1 == .done }.map(\.0)
        return done.summary
    }

    /// What was done, and how the other steps ended: `1 added, 0 changed, 0 destroyed; 1 rolled back, 2 not started`.
    package func summary(of plan: Plan) -> String {
        var ends: [(words: String, count: Int)] = []
        for ending in results.compactMap(\.ending) {
            if let index = ends.firstIndex(where: { $0.words == ending }) {
                ends[index].count += 1
            } else {
                ends.append((ending, 1))
            }
        }
        let tail = ends.isEmpty ? "" : "; " + ends.map { "\($0.count) \($0.words)" }.joined(separator: ", ")
        return counts(of: plan).done + tail
    }
}

extension StepResult {
    /// How a count names steps that were not done: `2 failed, 1 not started`; nil: it was done.
    fileprivate var ending: String? {
        switch self {
        case .done: nil
        case .failed: "failed"
        case .rolledBack: "rolled back"
        case .paused: "paused"
        case .timedOut: "timed out"
        case .interrupted: "interrupted"
        case .stale: "stale"
        case .unknown: "unfinished"
        case .skipped: "not started"
        }
    }
}
