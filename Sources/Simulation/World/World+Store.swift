import Applying
import ResourceModel
import StateStores

/// The store between the processes: what it is asked takes time, may fail, and may be lost on the way.
extension World {
    /// A process asks the store for something.
    mutating func ask(_ id: Int, _ call: StoreCall) {
        act(id, call.name) { world in
            let time = world.shortTime()
            world.agenda.put(.commits(run: id, call), at: world.now + time)
        }
    }

    /// The store does what it was asked, and answers.
    mutating func commit(_ id: Int, _ call: StoreCall) {
        let number = runs[id].storeCalls
        runs[id].storeCalls += 1
        let fault = id == weather.run ? weather.stores.first { $0.writes.contains(number) } : nil
        if let fault { struck(fault.isDone ? .storeLost : .storeError, id, call.name) }
        let answer = fault?.isDone == false ? Self.failed(call) : done(id, call)
        let time = shortTime()
        agenda.put(.answers(run: id, fault == nil ? answer : Self.failed(call)), at: now + time)
    }

    private mutating func done(_ id: Int, _ call: StoreCall) -> StoreAnswer {
        switch call {
        case .acquire(let request):
            let result = Self.result { () throws(StateStoreError) in
                try store.acquireLock(request, liveness: liveness())
            }
            switch result {
            case .success(let grant):
                check(.lockIsNotStolen, theft(by: id, grant.epoch))
                witness.grants[grant.epoch] = id
            case .failure(.locked(let holder)): check(.signsOfLife, silence(of: holder))
            case .failure: break
            }
            return .acquired(result)
        case .snapshot: return .snapshot(.success(store.snapshot()))
        case .begin(let revision, let grant):
            let result = underLock(id, grant) { (state, grant) throws(StateStoreError) in
                try state.beginRevision(revision, grant)
            }
            return .begun(result)
        case .end(let number, let report, let grant):
            guard let plan = runs[id].plan else { return .ended(.success(())) }
            let time = timestamp
            let result = underLock(id, grant) { (state, grant) throws(StateStoreError) in
                try state.endRevision(
                    number,
                    outcome: RevisionOutcome(report.outcome),
                    summary: report.summary(of: plan),
                    failures: report.failures(of: plan),
                    at: time,
                    grant
                )
            }
            return .ended(result)
        case .journal(let writes, let grant): return .journal(writes.map { ($0, record(id, $0, grant)) })
        case .release(let grant):
            // Nobody looks at how it ends.
            let result = Self.result { () throws(StateStoreError) in try store.releaseLock(grant) }
            if case .success = result { witness.freed.insert(grant.epoch) }
            return .released
        }
    }

    private mutating func record(
        _ id: Int,
        _ write: JournalWrite,
        _ grant: LockGrant
    ) -> Result<Void, StateStoreError> {
        var result = Result<Void, StateStoreError>.success(())
        let isLost =
            switch (sabotage, write) {
            case (.lostWrites?, .outcome): dice.chance(0.05)
            case (.droppedOutcomes?, .outcome(_, let changes)): changes.isEmpty
            default: false
            }
        if !isLost {
            result = underLock(id, grant) { (state, grant) throws(StateStoreError) in try state.record(write, grant) }
        }
        // Of what it drops on purpose the store says nothing true.
        if case .success = result, sabotage != .droppedOutcomes || !isLost { acknowledged(write) }
        if case .success = result, !write.changes.isEmpty {
            // Whoever waits with a saved plan knows nothing of what has moved elsewhere.
            for other in runs.indices where other != id && !runs[other].isOver { runs[other].sight.disturbances = -1 }
        }
        return result
    }

    mutating func underLock<Value>(
        _ id: Int,
        _ grant: LockGrant,
        _ body: (inout MemoryState, LockGrant) throws(StateStoreError) -> Value
    ) -> Result<Value, StateStoreError> {
        var used = grant
        if sabotage == .fenceIgnored, let holder = store.lock.holder {
            used = LockGrant(id: holder.request.id, epoch: store.lock.epoch)
        }
        let result: Result<Value, StateStoreError>
        do throws(StateStoreError) { result = .success(try body(&store, used)) } catch { result = .failure(error) }
        if case .success = result { check(.oneWriterPerEpoch, strangeWriter(id, grant)) }
        return result
    }

    private static func result<Value>(
        _ body: () throws(StateStoreError) -> Value
    ) -> Result<Value, StateStoreError> {
        do throws(StateStoreError) { return .success(try body()) } catch { return .failure(error) }
    }

    private static func failed(_ call: StoreCall) -> StoreAnswer {
        let error = StateStoreError.io(path: "state", detail: "a fault of the simulation")
        return switch call {
        case .acquire: .acquired(.failure(error))
        case .snapshot: .snapshot(.failure(error))
        case .begin: .begun(.failure(error))
        case .end: .ended(.failure(error))
        case .journal(let writes, _): .journal(writes.map { ($0, .failure(error)) })
        case .release: .released
        }
    }
}
