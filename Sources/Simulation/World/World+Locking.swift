import Applying
import Drivers
import ResourceModel
import StateStores

/// The lock's own life: signs of life, the cluster that is told of its holder, people who break it.
extension World {
    /// From one sign of life to the next, as the command line has it.
    static let heartbeat = Duration.seconds(5)
    /// Somebody who minds the lock looks this often, and breaks it when the last sign of life is older than `mostSilence`.
    static let mindingPause = Duration.seconds(5)
    private static let mostSilence = Duration.seconds(15)

    // MARK: - Signs of life

    mutating func startBeating(_ id: Int) {
        guard sabotage != .silentHolders else { return }
        agenda.put(.beats(run: id), at: now + Self.heartbeat)
    }

    /// The process shows that it lives; nobody looks at whether that was taken.
    mutating func beat(_ id: Int) {
        guard let grant = runs[id].grant, runs[id].phase != .releasing else { return }
        let time = timestamp
        _ = underLock(id, grant) { (state, grant) throws(StateStoreError) in try state.heartbeat(grant, at: time) }
        statistics.heartbeats += 1
        agenda.put(.beats(run: id), at: now + Self.heartbeat)
    }

    /// Checks `signsOfLife` of whoever holds the lock that somebody else wants.
    func silence(of holder: LockHolder) -> String? {
        guard let run = witness.grants[store.lock.epoch], !runs[run].isOver,
            runs[run].pausedUntil == .zero || runs[run].pausedUntil + .milliseconds(100) < now
        else { return nil }
        let age = Duration.milliseconds(timestamp.milliseconds - holder.heartbeatAt.milliseconds)
        guard age > Self.heartbeat + .milliseconds(100) else { return nil }
        return "run \(run + 1) lives, and the last sign of it is \(age.text) old"
    }

    /// Whether a holder is known to be gone: only of this host can that be told.
    func liveness() -> HolderLiveness {
        let gone = Set(runs.lazy.filter(\.isOver).map(\.id))
        let isLease = sabotage == .leases
        let time = timestamp.milliseconds
        return { holder in
            if isLease, time - holder.heartbeatAt.milliseconds > 10_000 { return .dead }
            guard holder.request.host == Self.host else { return .unknown }
            return gone.contains(holder.request.pid) ? .dead : .alive
        }
    }

    static let host = "here"

    /// Checks `lockIsNotStolen`: why the lock should not have been granted; nil: it was free, or its holder is dead.
    func theft(by id: Int, _ epoch: Int) -> String? {
        guard let before = witness.grants[epoch - 1], before != id, !witness.freed.contains(epoch - 1) else {
            return nil
        }
        guard runs[before].isOver else { return "run \(before + 1) holds the lock and lives" }
        return runs[before].fate.isAway ? "nobody here can tell whether run \(before + 1) lives" : nil
    }

    // MARK: - The cluster is told

    /// Whom the state gave the lock to under the number that the cluster remembers.
    private func past() -> RunEpoch? {
        guard let known = cluster.lastHolder, let holder = store.grantee(ofEpoch: known.number) else { return nil }
        return RunEpoch(lineage: store.lineage, number: known.number, holder: holder)
    }

    func epoch(_ grant: LockGrant) -> RunEpoch {
        RunEpoch(lineage: store.lineage, number: grant.epoch, holder: grant.id)
    }

    /// A process tells the cluster that it has the lock, before it asks what is there.
    mutating func announce(_ id: Int) {
        runs[id].phase = .announcing
        act(id, "announce its epoch") { world in
            let time = world.shortTime()
            world.agenda.put(.announces(run: id), at: world.now + time)
        }
    }

    mutating func announces(_ id: Int) {
        guard let grant = runs[id].grant else { return }
        do throws(DriverError) {
            try cluster.announce(EpochAnnouncement(epoch(grant), past: past()))
            announcing[id] = epoch(grant)
            answerAnnouncements()
        } catch {
            agenda.put(.announced(run: id, error), at: now)
        }
    }

    /// Answers those whose predecessors have nothing under way any more.
    mutating func answerAnnouncements() {
        guard !announcing.isEmpty else { return }
        for (id, epoch) in announcing.sorted(by: { $0.key < $1.key })
        where sabotage == .hastyAnnouncements || cluster.isQuiet(before: epoch) {
            announcing[id] = nil
            witness.announced = max(witness.announced, epoch.number)
            // What was on its way has arrived or is refused.
            if cluster.options.remembersEpochs { witness.looseUntil = min(witness.looseUntil, now) }
            let time = shortTime()
            agenda.put(.announced(run: id, nil), at: now + time)
        }
    }

    mutating func announced(_ id: Int, _ error: DriverError?) {
        guard runs[id].phase == .announcing else { return }
        if let error {
            runs[id].knowsFence = true
            return fail(id, .refused(error.message))
        }
        runs[id].hasAnnounced = true
        if runs[id].plan == nil {
            runs[id].phase = .surveying
            look(id)
        } else {
            runs[id].phase = .comparing
            look(id)
        }
    }

    /// A saved plan is refused where an apply that was at work meanwhile has started what it is to start.
    mutating func compare(_ id: Int, _ inventory: Inventory) {
        let moved = runs[id].plan?.steps.lazy.compactMap { instancesStarted(since: $0, inventory) }.first
        if let moved { return fail(id, .refused("stale: \(moved)")) }
        goOn(id)
    }

    /// Checks `fencedChangesNothing` of what has just changed the cluster.
    mutating func watchEffects() {
        for id in cluster.takeEffective() {
            guard let seen = operations[id], let epoch = runs[seen.run].grant?.epoch else { continue }
            guard cluster.options.remembersEpochs || sabotage == .lateCallsTaken else { continue }
            check(
                .fencedChangesNothing,
                epoch >= witness.announced
                    ? nil : "\(id) of epoch \(epoch) changed the cluster, which knows of epoch \(witness.announced)"
            )
        }
    }

    // MARK: - People

    /// Somebody breaks a lock by its id, which is what `unlock` does.
    mutating func unlock(_ id: Int) {
        let lock = runs[id].lockID
        note(nil, "$ unlock \(lock)")
        let epoch = store.lock.epoch
        do throws(StateStoreError) {
            try store.breakLock(id: lock)
            witness.freed.insert(epoch)
            statistics.unlocks += 1
        } catch {
            note(nil, "\(error)")
        }
    }

    /// Somebody looks at the lock of a run that seems to be gone, and breaks it once it was silent for long.
    mutating func mindLock(_ id: Int) {
        guard let holder = store.lock.holder, holder.request.id == runs[id].lockID else { return }
        // It woke up, or ends by itself.
        guard runs[id].isOver || runs[id].pausedUntil > now else { return }
        let silence = Duration.milliseconds(timestamp.milliseconds - holder.heartbeatAt.milliseconds)
        guard silence > Self.mostSilence else {
            return agenda.put(.mindsLock(holder: id), at: now + Self.mindingPause)
        }
        unlock(id)
    }
}
