import Drivers
import Plans
import ResourceModel
import StateStores

extension ApplyMachine {
    /// A step machine is through.
    mutating func finish(_ step: Int, _ result: StepResult, _ changes: [RecordChange], _ now: Duration) {
        machines[step] = nil
        budget.releaseAll(step)
        watchers = watchers.filter { $0.value != step }
        // What is still in flight had its time; nobody knows what came of it.
        var deferred: String?
        for id in operationIDs(of: step) {
            switch operations[id]?.stage {
            case .deferred: deferred = id
            case .announcing: record(id, .failed, "given up before it was sent", [], now)
            case .performing, .retrying: record(id, .unknown, "given up while the driver was at it", [], now)
            case .recording, nil: break
            }
        }
        if let deferred {
            concluding[step] = result
            record(deferred, .done, result.message, changes, now)
        } else {
            conclude(step, result)
        }
    }

    private func operationIDs(of step: Int) -> [String] {
        operations.filter { $0.value.step == step }.keys.sorted()
    }

    mutating func conclude(_ step: Int, _ result: StepResult) {
        guard results[step] == nil else { return }
        results[step] = result
        if result != .done {
            let own = max(0, context.plan.steps[step].batch)
            failedBatch = min(failedBatch ?? own, own)
        }
        machines[step] = nil
        budget.releaseAll(step)
        effects.append(.progress(.stepFinished(step: step, result)))
    }

    mutating func interrupted(_ now: Duration) {
        interrupts += 1
        guard interrupts > 1 else {
            effects.append(.progress(.interrupted))
            for id in operations.keys.sorted() where operations[id]?.stage == .retrying {
                settle(id, .failure(DriverError(.unknownOutcome, "interrupted before it was tried again")), now)
            }
            for step in machines.keys.sorted() { tell(step, now) { $0.drain(.interrupted) } }
            return
        }
        abandon(.unknown, "interrupted while the driver was at it", now)
        for index in results.indices where results[index] == nil { conclude(index, .skipped(.interrupted)) }
        report(outcome, now)
    }

    mutating func driverLost(_ error: DriverError, _ now: Duration) {
        halt = halt ?? error.message
        abandon(.failed(message: error.message, help: error.help, logs: []), error.message, now)
    }

    /// Ends every step under way and closes the journal of what is in flight.
    private mutating func abandon(_ result: StepResult, _ reason: String, _ now: Duration) {
        for id in operations.keys.sorted() {
            switch operations[id]?.stage {
            case .announcing: record(id, .failed, "given up before it was sent", [], now)
            case .performing, .retrying: record(id, .unknown, reason, [], now)
            case .deferred: record(id, .done, reason, [], now)
            case .recording, nil: break
            }
        }
        for step in machines.keys.sorted() { conclude(step, result) }
        for service in watchers.keys.sorted() { effects.append(.unwatch(service)) }
        watchers = [:]
    }

    mutating func report(_ outcome: ApplyOutcome, _ now: Duration) {
        isFinished = true
        let report = ApplyReport(
            results: results.map { $0 ?? .skipped(.earlierFailure) },
            outcome: outcome,
            elapsed: now - began
        )
        effects.append(.progress(.finished(report)))
        effects.append(.finish(report))
    }

    /// The worst of the steps.
    var outcome: ApplyOutcome {
        let results = results.compactMap { $0 }
        if interrupts > 0, results.contains(where: { $0 != .done }) { return .interrupted }
        var worst = ApplyOutcome.converged
        var rank = 0
        for result in results {
            let (candidate, weight): (ApplyOutcome, Int) =
                switch result {
                case .done: (.converged, 0)
                case .rolledBack: (.rolledBack, 1)
                case .paused, .interrupted: (.paused, 2)
                case .timedOut: (.timedOut, 3)
                case .failed, .unknown: (.failed, 4)
                case .stale(let address): (.stale(address), 5)
                // What was skipped says nothing that its cause does not say.
                case .skipped: (.failed, -1)
                }
            if weight > rank { (worst, rank) = (candidate, weight) }
        }
        return worst == .converged && halt != nil && !results.allSatisfy { $0 == .done } ? .failed : worst
    }
}

extension StepResult {
    /// What went wrong, for the journal.
    var message: String? {
        switch self {
        case .failed(let message, _, _), .rolledBack(let message, _), .paused(let message, _),
            .timedOut(let message, _), .interrupted(let message):
            message
        case .done, .stale, .unknown, .skipped: nil
        }
    }
}

extension StateStoreError {
    /// One line about it, without paths that a person did not ask for.
    var summary: String {
        switch self {
        case .locked(let holder): "the lock is held by \(holder.request.holder)"
        case .fenced: "the lock was lost to somebody else"
        case .wrongLockID: "the lock has another id"
        case .alreadyApplied(let revision): "revision \(revision) applied the plan before"
        case .noSuchRevision(let number): "there is no revision \(number)"
        case .missing: "there is no state"
        case .otherProject(_, let found, _): "the state belongs to project \(found)"
        case .newerFormat: "the state was written by a newer version"
        case .busy: "other processes keep the state busy"
        case .faulty: "records in the state are not what they should be"
        case .corrupt(_, let detail), .unsuitable(_, let detail), .limited(_, let detail), .io(_, let detail): detail
        }
    }
}
