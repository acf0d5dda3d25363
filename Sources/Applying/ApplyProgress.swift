import Plans
import ResourceModel

/// Something that happened during an apply, for people and event streams; nothing is decided by it.
package enum ApplyProgress: Sendable, Hashable {
    case started(batches: Int, steps: Int)
    case batchStarted(Int)
    case stepStarted(step: Int)
    /// What a step is doing now: `waiting for 2 of 3 instances to be healthy`.
    case stepStatus(step: Int, StepStatus)
    case stepFinished(step: Int, StepResult)
    /// Said once, when the first interrupt arrives.
    case interrupted
    case finished(ApplyReport)
}

/// What a step in flight is doing.
package struct StepStatus: Sendable, Hashable {
    package var activity: StepActivity
    /// Instances that are as they are to be, and healthy; nil: nothing was there before, so that is all who are ready.
    package var updated: Int?
    /// Instances that serve now, of whichever definition; of a job those that completed.
    ///
    /// Nil: not looked yet.
    package var ready: Int?
    /// Instances that are to exist in the end.
    package var total: Int
    /// The last thing that went wrong, where something did.
    package var trouble: String?
    /// Whether the driver tells nothing any more: the counts are those of its last word.
    package var isSilent = false

    package init(
        activity: StepActivity,
        updated: Int? = nil,
        ready: Int? = 0,
        total: Int = 0,
        trouble: String? = nil
    ) {
        self.activity = activity
        self.updated = updated
        self.ready = ready
        self.total = total
        self.trouble = trouble
    }
}

/// The kinds of activity of a step.
package enum StepActivity: String, Sendable, Hashable {
    case creating
    case updating
    case removing
    case starting
    case stopping
    case waitingForHealth
    case monitoring
    case pausing
    case waitingForCompletion
    case rollingBack
}

/// How a step ended.
package enum StepResult: Sendable, Hashable {
    case done
    /// It failed; the message says what, the log lines are the last that the failing instance printed.
    case failed(message: String, help: String?, logs: [String])
    /// The rollout failed and went back to what was before.
    case rolledBack(message: String, logs: [String])
    /// The rollout failed and stands still half done, as its policy says.
    case paused(message: String, logs: [String])
    case timedOut(message: String, logs: [String])
    /// An interrupt stopped it half done, with nothing wrong; the message says how far it is.
    case interrupted(message: String)
    /// Its record moved since the plan was made.
    case stale(ResourceAddress)
    /// Whether it was done is unknown: the second interrupt came.
    case unknown
    /// It never started.
    case skipped(SkipReason)
}

/// Why a step never started.
package enum SkipReason: Sendable, Hashable {
    /// This step, which it needs, did not succeed.
    case needs(step: Int)
    /// An earlier batch failed.
    case earlierFailure
    case interrupted
}

/// What an apply did.
package struct ApplyReport: Sendable, Hashable {
    /// One for each step of the plan, in its order.
    package var results: [StepResult]
    package var outcome: ApplyOutcome
    package var elapsed: Duration

    package init(results: [StepResult], outcome: ApplyOutcome, elapsed: Duration) {
        self.results = results
        self.outcome = outcome
        self.elapsed = elapsed
    }
}

/// The truth about an apply, the worst of its steps.
package enum ApplyOutcome: Sendable, Hashable {
    case converged
    case failed
    case stale(ResourceAddress)
    case rolledBack
    case paused
    case timedOut
    case interrupted

    /// The exit code that scripts rely on.
    package var exitCode: Int32 {
        switch self {
        case .converged: 0
        case .failed: 1
        case .stale: 3
        case .rolledBack: 5
        case .paused, .timedOut: 6
        case .interrupted: 130
        }
    }
}
