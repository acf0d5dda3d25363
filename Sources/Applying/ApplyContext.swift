import Plans
import ResourceModel
import StateStores

/// Everything that an apply depends on, read before it starts.
package struct ApplyContext: Sendable {
    package var plan: Plan
    /// The digest of the plan, as the journal names it.
    package var planDigest: String
    /// The recorded state that preconditions are compared with.
    package var state: RecordedState
    /// The revision that this apply makes.
    package var revision: Int
    /// The wall-clock time of the monotonic time 0.
    package var epoch: Timestamp
    /// How long a step may go without progress.
    package var timeout: Duration

    package init(
        plan: Plan,
        planDigest: String,
        state: RecordedState,
        revision: Int,
        epoch: Timestamp,
        timeout: Duration = .seconds(600)
    ) {
        self.plan = plan
        self.planDigest = planDigest
        self.state = state
        self.revision = revision
        self.epoch = epoch
        self.timeout = timeout
    }

    /// The first step that relies on a record which moved since the plan was made, and that record's address.
    package var staleStep: (step: Int, moved: ResourceAddress)? { plan.staleStep(in: state) }

    /// The wall-clock time at a monotonic time.
    func timestamp(_ now: Duration) -> Timestamp {
        Timestamp(milliseconds: epoch.milliseconds + now.nanoseconds / 1_000_000)
    }
}

extension Plan {
    /// The first step that relies on a record which has moved, and whose record that is; nil: all are as they were.
    package func staleStep(in state: RecordedState) -> (step: Int, moved: ResourceAddress)? {
        let records = Dictionary(state.resources.map { ($0.address, $0) }) { _, last in last }
        for (index, step) in steps.enumerated() {
            for precondition in step.preconditions {
                let record = records[precondition.address]
                let holds =
                    record?.fingerprint == precondition.fingerprint
                    && (record?.revision ?? 0) == precondition.revision
                if !holds { return (index, precondition.address) }
            }
        }
        return nil
    }
}
