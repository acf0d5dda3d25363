import Applying
import Planning
import Plans
import ResourceModel
import StateStores

/// A process from being typed to its end, step by step as the command line does it.
extension World {
    @discardableResult
    mutating func begin(_ typed: Command, fate: Run.Fate = Run.Fate()) -> Int {
        let id = runs.count
        var command = typed
        if case .rollback(let share) = typed.verb {
            let count = store.snapshot().lastRevision
            command.verb = count > 0 ? .rollbackTo(1 + min(count - 1, Int(share * Double(count)))) : .apply
        }
        var run = Run(id: id, command: command, lockID: "lock-\(seed)-\(id)")
        run.fate = fate
        run.lockDeadline = now + command.lockTimeout
        runs.append(run)
        statistics.applies += 1
        let targets =
            command.targets.isEmpty ? "" : " --target " + command.targets.map(\.description).joined(separator: " ")
        note(id, "$ \(command.name) --batch \(command.batch)\(targets)")
        if case .applySaved = command.verb {
            runs[id].phase = .reading
            ask(id, .snapshot)
        } else {
            takeLock(id)
        }
        return id
    }

    mutating func takeLock(_ id: Int) {
        runs[id].phase = .locking
        ask(
            id,
            .acquire(
                LockRequest(
                    id: runs[id].lockID,
                    holder: "somebody",
                    host: runs[id].fate.isAway ? "there" : Self.host,
                    pid: id,
                    bootID: "boot",
                    startTicks: UInt64(id),
                    operation: runs[id].command.name,
                    now: timestamp
                )
            )
        )
    }

    var timestamp: Timestamp { Timestamp(milliseconds: Int64(now / .milliseconds(1))) }

    // MARK: - What the store answers

    mutating func answered(_ id: Int, _ answer: StoreAnswer) {
        switch answer {
        case .acquired(.success(let grant)):
            note(
                id,
                "has the lock, epoch \(grant.epoch)\(grant.takenOverFrom == nil ? "" : ", taken over from the dead")"
            )
            runs[id].grant = grant
            startBeating(id)
            runs[id].phase = runs[id].plan == nil ? .reading : .rereading
            ask(id, .snapshot)
        case .acquired(.failure(.locked)):
            guard now < runs[id].lockDeadline else { return end(id, .lockHeld) }
            agenda.put(.retriesLock(run: id), at: now + .milliseconds(200))
        case .snapshot(.success(let state)):
            runs[id].state = state
            read(id, state)
        case .journal(let results): journaled(id, results)
        case .begun(.success(let number)):
            runs[id].revision = number
            startMachine(id)
        case .ended(let result):
            if case .failure(let error) = result { learn(id, error) }
            letGo(id)
        case .released: end(id, runs[id].ending ?? .nothingToDo)
        case .acquired(.failure(let error)), .snapshot(.failure(let error)), .begun(.failure(let error)):
            learn(id, error)
            fail(id, .storeFailed(error))
        }
    }

    private mutating func read(_ id: Int, _ state: RecordedState) {
        if runs[id].grant != nil, !runs[id].hasAnnounced {
            announce(id)
        } else if runs[id].phase == .reading {
            runs[id].phase = .surveying
            look(id)
        } else {
            goOn(id)
        }
    }

    /// It knows what to do, and begins with what an earlier apply left open.
    mutating func goOn(_ id: Int) {
        if runs[id].state?.openOperations.isEmpty ?? true {
            beginRevision(id)
        } else {
            runs[id].phase = .resolving
            look(id)
        }
    }

    mutating func looked(_ id: Int, _ inventory: Inventory?) {
        guard let inventory else {
            note(id, "the cluster does not answer")
            return fail(id, .unreachable)
        }
        switch runs[id].phase {
        case .surveying: plan(id, inventory)
        case .comparing: compare(id, inventory)
        case .resolving: resolve(id, inventory)
        default: break
        }
    }

    /// Closes the journal of an earlier apply that was interrupted.
    private mutating func resolve(_ id: Int, _ inventory: Inventory) {
        guard let state = runs[id].state, let grant = runs[id].grant else { return }
        var resolved = resolveInterrupted(open: state.openOperations, inventory: inventory)
        for index in resolved.indices { resolved[index].finishedAt = timestamp }
        for operation in resolved { note(id, "resolves \(operation.action): \(operation.outcome.rawValue)") }
        ask(id, .journal(resolved.map { .outcome($0, []) }, grant))
    }

    private mutating func journaled(_ id: Int, _ results: [(JournalWrite, Result<Void, StateStoreError>)]) {
        guard runs[id].phase == .resolving else { return machineJournaled(id, results) }
        for case (_, .failure(let error)) in results {
            learn(id, error)
            return fail(id, .storeFailed(error))
        }
        if runs[id].plan == nil { letGo(id) } else { beginRevision(id) }
    }

    private mutating func beginRevision(_ id: Int) {
        guard let plan = runs[id].plan, let state = runs[id].state, let grant = runs[id].grant else { return }
        runs[id].phase = .beginning
        guard context(id, plan, state).staleStep == nil else { return startMachine(id) }
        let revision = Revision(
            number: state.lastRevision + 1,
            startedAt: timestamp,
            author: "somebody@here",
            summary: plan.summary.planned,
            plan: runs[id].digest,
            desired: plan.desiredState(after: state),
            scalings: plan.scalings
        )
        check(.secretsAreKept, leak(in: revision))
        ask(id, .begin(revision, grant))
    }

    func context(_ id: Int, _ plan: Plan, _ state: RecordedState) -> ApplyContext {
        ApplyContext(
            plan: plan,
            planDigest: sabotage == .reusedNames ? "0123456789abcdef" : runs[id].digest,
            state: state,
            revision: runs[id].revision,
            epoch: Timestamp(milliseconds: 0),
            timeout: .seconds(60)
        )
    }

    // MARK: - Ends

    /// It knows now that the lock is lost, if that is what the error says.
    mutating func learn(_ id: Int, _ error: StateStoreError) {
        if case .fenced = error { runs[id].knowsFence = true }
    }

    /// It ends with an error, and lets go of the lock.
    mutating func fail(_ id: Int, _ ending: Run.Ending) {
        runs[id].ending = ending
        letGo(id)
    }

    mutating func letGo(_ id: Int) {
        guard let grant = runs[id].grant else { return end(id, runs[id].ending ?? .nothingToDo) }
        runs[id].phase = .releasing
        ask(id, .release(grant))
    }

    mutating func end(_ id: Int, _ ending: Run.Ending) {
        runs[id].phase = .over
        runs[id].ending = ending
        runs[id].machine = nil
        runs[id].state = nil
        let text = runs[id].endingText
        note(id, "ends: \(text)")
        statistics.endings[Self.kind(ofEnding: text), default: 0] += 1
        leaveLooseCalls(id)
        // Only a person can tell that nobody holds a lock of another host any more.
        if runs[id].fate.isAway { agenda.put(.mindsLock(holder: id), at: now + Self.mindingPause) }
    }

    /// `timedOut(...)` is `timed out`.
    private static func kind(ofEnding text: String) -> String {
        text.prefix { $0 != ":" && $0 != "(" }
            .reduce(into: "") { words, letter in words += letter.isUppercase ? " \(letter.lowercased())" : "\(letter)" }
    }

    mutating func die(_ id: Int, after label: String, lands: Bool) {
        runs[id].landsAfterDeath = lands
        statistics.crashes["\(lands ? "after" : "before") \(label)", default: 0] += 1
        statistics.faults[.crash, default: 0] += 1
        note(id, "DIES \(lands ? "right after it asked to" : "before it asks to") \(label)")
        if runs[id].fate.isAway {
            statistics.faults[.crash, default: 0] -= 1
            struck(.hostLoss, id, "its host is gone, and its lock stays")
        }
        litter()
        end(id, .died)
    }

    /// Calls that nobody waits for any more may still change the cluster.
    private mutating func leaveLooseCalls(_ id: Int) {
        guard !runs[id].sight.calls.isEmpty else { return }
        witness.looseUntil = max(witness.looseUntil, now + .seconds(12))
        disturbed()
    }
}
