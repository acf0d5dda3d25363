import ResourceModel
import StateStores

extension StateStoreConformance {
    static let locking: [Case] = [
        Case(description: "a held lock is refused and the holder named; epochs only grow") { maker in
            let store = try await make(maker, now: 2500)
            try require(try await store.lockHolder() == nil, "a fresh store is not locked")
            let first = try await store.acquireLock(request("a"))
            try await store.heartbeat(first)
            let holder = LockHolder(
                request: request("a"),
                acquiredAt: Timestamp(milliseconds: 1000),
                heartbeatAt: Timestamp(milliseconds: 2500)
            )
            try require(try await store.lockHolder() == holder, "the holder is told as it asked, with its heartbeat")
            try await requireError(.locked(holder)) { _ = try await store.acquireLock(request("b", pid: 2)) }
            try await store.releaseLock(first)
            let second = try await store.acquireLock(request("b", pid: 2))
            try require(second.epoch > first.epoch, "the epoch grows over a release")
            try require(second.takenOverFrom == nil, "a free lock is not taken over")
            let again = try await store.acquireLock(request("b", pid: 2))
            try require(again.epoch > second.epoch, "a repeated request is granted anew")
            try await requireError(.fenced(currentEpoch: again.epoch)) { try await store.heartbeat(second) }
        },
        Case(description: "a dead holder is taken over, named, and fenced when it wakes") { maker in
            let store = try await make(maker, dead: [1])
            let lost = try await store.acquireLock(request("a"))
            try await store.recordIntent(operation("x"), lost)
            let grant = try await store.acquireLock(request("b", pid: 2))
            try require(grant.takenOverFrom?.request == request("a"), "the grant names the dead holder")
            let before = try await store.snapshot()
            let fenced = StateStoreError.fenced(currentEpoch: grant.epoch)
            let web = RecordChange.put(resource(ResourceAddress(.service, "web")))
            try await requireError(fenced) { try await store.recordIntent(operation("y"), lost) }
            try await requireError(fenced) { try await store.recordOutcome(operation("x", .done), [web], lost) }
            try await requireError(fenced) { _ = try await store.beginRevision(revision(plan: "p"), lost) }
            try await requireError(fenced) {
                try await store.endRevision(1, outcome: .failed, summary: "", at: Timestamp(milliseconds: 1), lost)
            }
            try await requireError(fenced) { try await store.heartbeat(lost) }
            try await requireError(fenced) { try await store.releaseLock(lost) }
            let after = try await store.snapshot()
            try require(after.serial == before.serial && after.resources.isEmpty, "a fenced write leaves no trace")
            try require(after.openOperations == [operation("x")], "the open intent is there for the next run")
            try require(try await store.lockHolder()?.request.id == "b", "the new holder keeps the lock")
        },
        Case(description: "after a reboot the lock and what was left open are the next run's") { maker in
            // Judged as on one host: a holder of another boot runs no more, whoever has its pid now.
            let store = try await maker(
                { $0.request.bootID == "boot after" ? .alive : .dead },
                { Timestamp(milliseconds: 0) }
            )
            let lost = try await store.acquireLock(request("a"))
            try await store.recordIntent(operation("x"), lost)
            var after = request("b")
            after.bootID = "boot after"
            let grant = try await store.acquireLock(after)
            try require(grant.takenOverFrom?.request.bootID == "boot", "the grant names the holder of the boot before")
            try await requireError(.fenced(currentEpoch: grant.epoch)) {
                try await store.recordOutcome(operation("x", .done), [], lost)
            }
            try require(try await store.snapshot().openOperations == [operation("x")], "its open intent is there")
            try await store.recordOutcome(operation("x", .failed), [], grant)
            try require(try await store.snapshot().openOperations.isEmpty, "and can be closed")
            var third = request("c", pid: 2)
            third.bootID = "boot after"
            let holder = try await store.lockHolder()
            guard let holder else { throw ConformanceFailure(description: "the lock is held") }
            try await requireError(.locked(holder)) { _ = try await store.acquireLock(third) }
        },
        Case(description: "unknown holders are never taken over") { maker in
            let store = try await maker({ _ in .unknown }, { Timestamp(milliseconds: .max) })
            _ = try await store.acquireLock(request("a"))
            let holder = try await store.lockHolder()
            guard let holder else { throw ConformanceFailure(description: "the lock is held") }
            try await requireError(.locked(holder)) { _ = try await store.acquireLock(request("b", pid: 2)) }
        },
        Case(description: "unlock needs exactly the id and fences the holder") { maker in
            let store = try await make(maker)
            try await requireError(.wrongLockID(held: nil)) { try await store.breakLock(id: "a") }
            let grant = try await store.acquireLock(request("aa"))
            for id in ["a", "AA", "aa ", "", "%"] {
                try await requireError(.wrongLockID(held: "aa")) { try await store.breakLock(id: id) }
            }
            try await store.breakLock(id: "aa")
            try require(try await store.lockHolder() == nil, "the lock is free")
            try await requireError(.fenced(currentEpoch: grant.epoch)) {
                try await store.recordIntent(operation("x"), grant)
            }
            let next = try await store.acquireLock(request("aa"))
            try require(next.epoch > grant.epoch, "the epoch grows over a break")
            try await requireError(.fenced(currentEpoch: next.epoch)) {
                try await store.recordIntent(operation("x"), grant)
            }
        },
        Case(description: "of many who ask at once exactly one gets the lock") { maker in
            let store = try await make(maker)
            let granted = await withTaskGroup(of: Bool.self) { group in
                for pid in 1...20 {
                    group.addTask { (try? await store.acquireLock(request("id\(pid)", pid: pid))) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try require(granted == 1, "\(granted) of 20 were granted the lock")
        },
    ]
}
