import Applying
import Plans

extension StepAction {
    /// What is being done: `updating`.
    var doing: String {
        switch self {
        case .create, .supersede: "creating"
        case .update: "updating"
        case .replace: "replacing"
        case .delete, .retire: "destroying"
        case .record: "recording"
        case .forget: "forgetting"
        }
    }

    /// What was done: `updated`.
    var done: String {
        switch self {
        case .create, .supersede: "created"
        case .update: "updated"
        case .replace: "replaced"
        case .delete, .retire: "destroyed"
        case .record: "recorded"
        case .forget: "forgotten"
        }
    }
}

extension StepActivity {
    /// The activity as a word or two.
    var words: String {
        switch self {
        case .creating: "creating"
        case .updating: "updating"
        case .removing: "removing"
        case .starting: "starting"
        case .stopping: "stopping"
        case .waitingForHealth: "waiting for health"
        case .monitoring: "watching"
        case .pausing: "pausing"
        case .waitingForCompletion: "running to its end"
        case .rollingBack: "rolling back"
        }
    }
}

extension PlanStep {
    /// The address; of two steps on one resource the retiring one names its object.
    var title: String {
        action == .retire ? objectName.map { "\(address) (\($0))" } ?? "\(address)" : "\(address)"
    }
}

extension StepResult {
    /// Whether the step did what it was to do.
    var isDone: Bool { self == .done }

    /// Whether nothing is wrong with it but that it did not come to its end.
    var isInterrupted: Bool { if case .interrupted = self { true } else { false } }

    /// Whether the step never started.
    var isSkipped: Bool { if case .skipped = self { true } else { false } }

    /// How the step ended, in words: `updated`, `failed`.
    func words(_ action: StepAction) -> String {
        switch self {
        case .done: action.done
        case .failed: "failed"
        case .rolledBack: "rolled back"
        case .paused: "paused half done"
        case .interrupted: "interrupted half done"
        case .timedOut: "timed out"
        case .stale: "not started: the plan is stale"
        case .unknown: "interrupted, outcome unknown"
        case .skipped: "not started"
        }
    }

    /// What went wrong; nil when nothing did.
    var message: String? {
        switch self {
        case .done, .skipped: nil
        case .failed(let message, _, _), .rolledBack(let message, _), .paused(let message, _),
            .timedOut(let message, _), .interrupted(let message):
            message
        case .stale(let address): "\(address) changed since the plan was made"
        case .unknown: "whether it was done is unknown; the next run finds out"
        }
    }

    /// What to do about it.
    var help: String? {
        if case .failed(_, let help, _) = self { help } else { nil }
    }

    /// The last lines that the failing instance printed.
    var logs: [String] {
        switch self {
        case .failed(_, _, let logs), .rolledBack(_, let logs), .paused(_, let logs), .timedOut(_, let logs): logs
        case .done, .stale, .unknown, .skipped, .interrupted: []
        }
    }

    /// The colour of the result.
    var look: Look {
        switch self {
        case .done: .green
        case .failed, .timedOut, .unknown, .stale: .red
        case .rolledBack, .paused, .interrupted: .yellow
        case .skipped: .dim
        }
    }
}

extension StepStatus {
    /// How far the instances are: `2/3 ready`; where others served before, `1/3 updated, 3 ready`.
    var readiness: String {
        guard let updated else { return "\(ready ?? 0)/\(total) ready" }
        return "\(updated)/\(total) updated" + (ready.map { ", \($0) ready" } ?? "")
    }

    /// Instances that are as they are to be, and healthy.
    var doneCount: Int { updated ?? ready ?? 0 }
}
