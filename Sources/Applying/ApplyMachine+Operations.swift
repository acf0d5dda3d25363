import Drivers
import Plans
import ResourceModel
import StateStores

/// An operation on its way: intent, driver, outcome.
struct PendingOperation: Sendable {
    enum Stage: Sendable, Equatable {
        case announcing
        case performing
        /// It failed for a passing reason and is tried again.
        case retrying
        /// Done; its outcome is recorded when the step ends.
        case deferred
        case recording
    }

    var step: Int
    var record: OperationRecord
    var operation: Operation?
    var stage = Stage.announcing
    var attempts = 0
    var since: Duration
    /// What goes into the record with the outcome.
    var changes: [RecordChange] = []
}

extension ApplyMachine {
    /// How often an operation is tried that fails for a passing reason.
    private static let mostAttempts = 5

    mutating func announce(_ request: StepOperation, _ step: Int, _ now: Duration) {
        let planned = context.plan.steps[step]
        let record = OperationRecord(
            id: request.id,
            plan: context.planDigest,
            address: planned.address,
            action: request.text,
            startedAt: context.timestamp(now)
        )
        let labels = OwnershipLabels(
            project: context.plan.project,
            address: planned.address,
            fingerprint: request.fingerprint,
            operation: request.id
        )
        let operation = request.action.map { Operation(id: request.id, labels: labels, action: $0) }
        operations[request.id] = PendingOperation(step: step, record: record, operation: operation, since: now)
        effects.append(.journal(.intent(record)))
    }

    mutating func intentRecorded(_ id: String, _ now: Duration) {
        guard var pending = operations[id], pending.stage == .announcing else { return }
        guard let operation = pending.operation else {
            settle(id, .success(OperationResult()), now)
            return
        }
        pending.stage = .performing
        operations[id] = pending
        effects.append(.perform(operation))
    }

    mutating func performed(_ id: String, _ result: Result<OperationResult, DriverError>, _ now: Duration) {
        guard var pending = operations[id], pending.stage == .performing else { return }
        pending.attempts += 1
        if case .failure(let error) = result, let pause = pause(before: pending, error, now) {
            pending.stage = .retrying
            operations[id] = pending
            effects.append(.wake(.retry(operation: id), after: pause))
            tell(pending.step, now) { $0.stalled(error, now: now) }
            return
        }
        operations[id] = pending
        settle(id, result, now)
    }

    /// How long to wait before the operation is tried again; nil when it is not.
    private func pause(before pending: PendingOperation, _ error: DriverError, _ now: Duration) -> Duration? {
        guard interrupts == 0, halt == nil else { return nil }
        let pause = min(Duration.seconds(10), Duration.milliseconds(250 << min(pending.attempts, 6)))
        switch error.code {
        case .transient, .unknownOutcome: return pending.attempts < Self.mostAttempts ? pause : nil
        case .unreachable: return now + pause - pending.since < context.timeout ? pause : nil
        case .invalid, .conflict, .occupied, .inUse, .notFound, .environment: return nil
        }
    }

    mutating func retry(_ id: String) {
        guard var pending = operations[id], pending.stage == .retrying, let operation = pending.operation else {
            return
        }
        pending.stage = .performing
        operations[id] = pending
        effects.append(.perform(operation))
    }

    /// The driver's last word is there.
    mutating func settle(_ id: String, _ result: Result<OperationResult, DriverError>, _ now: Duration) {
        guard var pending = operations[id] else { return }
        var decision = OutcomeDecision.record([])
        if var machine = machines[pending.step] {
            // Another step of the same resource may have changed its record since this one began.
            machine.task.record = records[machine.task.address]
            decision = machine.performed(id, result)
            machines[pending.step] = machine
        }
        switch decision {
        case .deferred:
            pending.stage = .deferred
            operations[id] = pending
            tell(pending.step, now) { $0.settled(id, now: now) }
        case .record(let changes):
            switch result {
            case .success: record(id, .done, nil, changes, now)
            case .failure(let error):
                let isKnown = error.code != .unknownOutcome && error.code != .unreachable
                record(id, isKnown ? .failed : .unknown, error.message, changes, now)
            }
        }
    }

    /// Writes an operation's outcome into the journal.
    mutating func record(
        _ id: String,
        _ outcome: OperationOutcome,
        _ error: String?,
        _ changes: [RecordChange],
        _ now: Duration
    ) {
        guard var pending = operations[id], pending.stage != .recording else { return }
        pending.stage = .recording
        pending.changes = changes
        pending.record.outcome = outcome
        pending.record.error = error
        pending.record.finishedAt = context.timestamp(now)
        operations[id] = pending
        for change in changes {
            switch change {
            case .put(let record): records[record.address] = record
            case .remove(let address): records[address] = nil
            }
        }
        effects.append(.journal(.outcome(pending.record, changes)))
    }

    mutating func outcomeRecorded(_ id: String, _ now: Duration) {
        guard let pending = operations[id], pending.stage == .recording else { return }
        operations[id] = nil
        if let result = concluding.removeValue(forKey: pending.step) {
            conclude(pending.step, result)
        } else {
            tell(pending.step, now) { $0.settled(id, now: now) }
        }
    }

    /// The journal is not to be had: nothing is started any more, what is in flight still gets its try to be recorded.
    mutating func storeFailed(_ id: String, _ error: StateStoreError, _ now: Duration) {
        guard let pending = operations.removeValue(forKey: id) else { return }
        let message = "the state could not be written: \(error.summary)"
        let isFirst = halt == nil
        halt = halt ?? message
        // What could not even be announced was never done, so nothing about it is lost.
        if pending.stage == .recording {
            unsaved.append(UnsavedOutcome(operation: pending.record, changes: pending.changes, error: error))
        }
        if concluding.removeValue(forKey: pending.step) != nil {
            conclude(pending.step, .failed(message: message, help: Self.help(error), logs: []))
        } else {
            tell(pending.step, now) {
                $0.drain(.halted(message))
                _ = $0.performed(id, .failure(DriverError(.environment, message)))
                $0.settled(id, now: now)
            }
        }
        guard isFirst else { return }
        // Who lost the lock must not go on changing things, and what would come of it could not be written down.
        for id in operations.keys.sorted() where operations[id]?.stage == .retrying {
            settle(id, .failure(DriverError(.unknownOutcome, "\(message), so it was not tried again")), now)
        }
        for step in machines.keys.sorted() { tell(step, now) { $0.drain(.halted(message)) } }
    }

    private static func help(_ error: StateStoreError) -> String {
        if case .fenced = error { return "the lock was lost: the next plan finds out what of this change is there" }
        return "the change was made, and the state does not know of it"
    }
}
