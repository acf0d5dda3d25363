import Applying
import Plans
import ResourceModel

/// What is known of an apply in flight: events in, a picture out, and time is an argument.
package struct ApplyModel: Sendable {
    /// Where one step stands.
    package enum Phase: Sendable, Hashable {
        case waiting
        case running(StepStatus?)
        case ended(StepResult)
    }

    /// One step with its times, all since the start of the apply.
    package struct Entry: Sendable {
        package let step: PlanStep
        package var phase = Phase.waiting
        package var startedAt = Duration.zero
        package var endedAt = Duration.zero
    }

    package private(set) var entries: [Entry]
    /// The batch in flight, from 0; nil before the first.
    package private(set) var batch: Int?
    package private(set) var batchCount: Int
    package private(set) var isInterrupted = false
    package private(set) var report: ApplyReport?

    package init(_ plan: Plan) {
        entries = plan.steps.map { Entry(step: $0) }
        batchCount = plan.batchCount
    }

    /// Takes an event in; events about steps that the plan does not have change nothing.
    package mutating func handle(_ event: ApplyProgress, at time: Duration) {
        switch event {
        case .started(let batches, _): batchCount = batches
        case .batchStarted(let number): batch = number
        case .stepStarted(let step):
            guard entries.indices.contains(step) else { return }
            entries[step].phase = .running(nil)
            entries[step].startedAt = time
        case .stepStatus(let step, let status):
            guard entries.indices.contains(step) else { return }
            if case .waiting = entries[step].phase { entries[step].startedAt = time }
            entries[step].phase = .running(status)
        case .stepFinished(let step, let result):
            guard entries.indices.contains(step) else { return }
            if case .waiting = entries[step].phase { entries[step].startedAt = time }
            entries[step].phase = .ended(result)
            entries[step].endedAt = time
        case .interrupted: isInterrupted = true
        case .finished(let report): self.report = report
        }
    }

    /// The steps that are in flight, in the order of the plan.
    package var running: [Entry] {
        entries.filter { if case .running = $0.phase { true } else { false } }
    }

    package var endedCount: Int {
        entries.count { if case .ended = $0.phase { true } else { false } }
    }
}
