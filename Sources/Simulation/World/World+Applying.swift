import Applying
import Drivers
import Plans
import ResourceModel
import StateStores

/// The loop around the apply machine: events in, effects out, each effect a moment at which the process may die.
extension World {
    mutating func startMachine(_ id: Int) {
        guard let plan = runs[id].plan, let state = runs[id].state else { return }
        runs[id].phase = .applying
        runs[id].machine = ApplyMachine(context(id, sabotaged(plan), state))
        tell(id, .start)
    }

    mutating func tell(_ id: Int, _ event: ApplyEvent) {
        guard runs[id].phase == .applying, runs[id].report == nil else { return }
        let time = now
        // Handled in place: a copy of the machine would cost more than what it does.
        for effect in runs[id].machine?.handle(event, now: time) ?? [] {
            guard !runs[id].isOver else { return }
            carryOut(id, effect)
        }
        writeJournal(id)
    }

    private mutating func carryOut(_ id: Int, _ effect: ApplyEffect) {
        switch effect {
        case .journal(let write):
            if sabotage == .earlyIntents, case .intent(let record) = write {
                agenda.put(.tells(run: id, .intentRecorded(record.id)), at: now)
            }
            runs[id].journal.append(leaked(write))
        case .perform(let operation): act(id, "\(operation.action.kind.rawValue)") { $0.perform(id, operation) }
        case .watch(let service):
            runs[id].watched.insert(service)
            showService(id, service)
        case .unwatch(let service): runs[id].watched.remove(service)
        case .look(let service): answerLook(id, service)
        case .wake(let wake, let pause):
            guard sabotage != .lostWakes else { return }
            agenda.put(.tells(run: id, .woke(wake)), at: now + max(.zero, pause))
        case .fetchLogs(let instance):
            agenda.put(.tells(run: id, .logs(instance: instance, ["last words"])), at: now + .milliseconds(5))
        case .progress(let news): hear(id, news)
        case .finish(let report): runs[id].report = honest(report)
        }
    }

    /// Hands the store everything that waits, as soon as it is through with what it has.
    private mutating func writeJournal(_ id: Int) {
        guard !runs[id].isOver, !runs[id].isWriting else { return }
        let writes = runs[id].journal
        guard !writes.isEmpty, let grant = runs[id].grant else { return finishMachine(id) }
        runs[id].journal = []
        runs[id].isWriting = true
        for write in writes { note(id, "writes \(Self.text(write))") }
        ask(id, .journal(writes, grant))
    }

    mutating func machineJournaled(_ id: Int, _ results: [(JournalWrite, Result<Void, StateStoreError>)]) {
        runs[id].isWriting = false
        for (write, result) in results {
            let operation = write.operation.id
            switch (result, write) {
            case (.success, .intent): tell(id, .intentRecorded(operation))
            case (.success, .outcome): tell(id, .outcomeRecorded(operation))
            case (.failure(let error), _):
                runs[id].sight.lostJournal = true
                learn(id, error)
                if sabotage == .deafLoops {
                    tell(id, write.isIntent ? .intentRecorded(operation) : .outcomeRecorded(operation))
                    continue
                }
                tell(id, .storeFailed(operation, error))
            }
            if runs[id].isOver { return }
        }
        writeJournal(id)
    }

    /// The machine is through and so is the journal: the revision is closed.
    private mutating func finishMachine(_ id: Int) {
        guard let report = runs[id].report, runs[id].phase == .applying, !runs[id].isWriting else { return }
        runs[id].ending = .finished(report)
        runs[id].phase = .ending
        runs[id].watched = []
        judge(id, report)
        guard runs[id].revision > 0, let grant = runs[id].grant else { return letGo(id) }
        ask(id, .end(runs[id].revision, report, grant))
    }

    // MARK: - Progress

    private mutating func hear(_ id: Int, _ news: ApplyProgress) {
        switch news {
        case .stepStarted(let step): note(id, "step \(step) starts")
        case .stepFinished(let step, let result):
            runs[id].sight.results[step] = result
            if result == .done { check(.doneIsShown, unshown(id, step)) }
            if let name = runs[id].plan?.steps[step].address.name { runs[id].sight.letGo(ofService: name) }
            note(id, "step \(step) ends: \(Self.text(result))")
        case .batchStarted(let batch): note(id, "batch \(batch)")
        case .interrupted: note(id, "is interrupted")
        case .started, .stepStatus, .finished: break
        }
    }

    private static func text(_ write: JournalWrite) -> String {
        switch write {
        case .intent(let operation): "intent: \(operation.action)"
        case .outcome(let operation, let changes):
            "outcome: \(operation.action) \(operation.outcome.rawValue)\(changes.isEmpty ? "" : ", with its record")"
        }
    }

    private static func text(_ result: StepResult) -> String {
        switch result {
        case .done: "done"
        case .failed(let message, _, _): "failed: \(message)"
        case .rolledBack(let message, _): "rolled back: \(message)"
        case .paused(let message, _): "paused: \(message)"
        case .timedOut(let message, _): "timed out: \(message)"
        case .interrupted(let message): "interrupted: \(message)"
        case .stale(let address): "stale: \(address)"
        case .unknown: "unknown"
        case .skipped(let reason): "skipped: \(reason)"
        }
    }
}

extension JournalWrite {
    fileprivate var isIntent: Bool { if case .intent = self { true } else { false } }
}
