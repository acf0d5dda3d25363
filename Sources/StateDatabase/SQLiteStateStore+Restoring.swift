import Glibc
import ResourceModel
import StateStores

/// What came of restoring a state.
package struct StateRestoration: Sendable, Hashable {
    /// Where what was there before is kept; nil: nothing was there.
    package var keptAt: String?
    package var resources: Int
    package var lastRevision: Int
}

extension SQLiteStateStore {
    /// Puts a copy of a state, as `backup` made it, in the place of the state that is there.
    ///
    /// What is there is kept beside it, whole or damaged, and the copy is in its place in one step: a crash leaves the one
    /// or the other. The restored state has a lineage of its own: plans that were saved before are plans of another state,
    /// and whoever still works with what was there writes no more. Nobody holds its lock, and its epochs go on from the
    /// higher one.
    ///
    /// - Parameters:
    ///   - backup: The file to restore; it stays as it is, and is refused when it is not whole.
    ///   - despiteFaults: Whether records may be there that are not what they should be, as `RecordAudit` has it.
    ///   - path: The place of the state.
    ///   - request: Takes the lock of the state that is there: one that a living process holds is refused.
    ///   - suffix: Ends the names of what is kept.
    package static func restore(
        from backup: String,
        despiteFaults: Bool = false,
        to path: String,
        project: String,
        request: LockRequest,
        suffix: String,
        liveness: @escaping HolderLiveness = LocalLiveness.check
    ) async throws(StateStoreError) -> StateRestoration {
        let file = StateFile(path: path)
        try file.makeDirectory()
        try file.check()
        let draft = file.draft("restoring")
        defer { draft.remove() }
        try copyFile(backup, to: draft)
        let (restored, state) = try await inspected(draft, project: project, backup: backup, despiteFaults)
        var keptAt: String?
        var present: (store: SQLiteStateStore, epoch: Int, serial: Int)?
        if file.exists { (present, keptAt) = try await takeOver(file, request, suffix, liveness) }
        try await restored.renew(after: present?.serial ?? 0, epoch: present?.epoch ?? 0)
        // Only the one file gets the state's name.
        try await restored.closeWhole()
        if let present {
            // Through SQLite and not by a rename: another process may have the file open, and must not write beside it.
            try await present.store.overwrite(by: draft.path)
            await present.store.close()
        } else {
            try draft.sync()
            guard link(draft.path, path) == 0 else { throw file.io("cannot put the restored state in its place") }
            try file.syncDirectory()
        }
        return StateRestoration(keptAt: keptAt, resources: state.resources.count, lastRevision: state.lastRevision)
    }

    /// Takes the lock of the state that is there and keeps a copy of it; one that cannot be used is moved aside.
    private static func takeOver(
        _ file: StateFile,
        _ request: LockRequest,
        _ suffix: String,
        _ liveness: @escaping HolderLiveness
    ) async throws(StateStoreError) -> ((store: SQLiteStateStore, epoch: Int, serial: Int)?, String) {
        var opened: SQLiteStateStore?
        let grant: LockGrant
        let serial: Int
        do throws(StateStoreError) {
            let store = try open(path: file.path, project: nil, liveness: liveness)
            opened = store
            serial = try await store.snapshot().serial
            grant = try await store.acquireLock(request)
        } catch {
            await opened?.close()
            guard case .corrupt = error else { throw error }
            let kept = "\(file.path).damaged-\(suffix)"
            for end in ["-wal", "-shm", "-journal", ""] {
                guard rename(file.path + end, kept + end) == 0 || errno == ENOENT else {
                    throw file.io("cannot move the damaged state aside")
                }
            }
            try file.syncDirectory()
            return (nil, kept)
        }
        guard let present = opened else { throw .missing(path: file.path) }
        let kept = "\(file.path).before-restore-\(suffix)"
        do throws(StateStoreError) {
            try await present.backup(to: kept)
        } catch {
            try? await present.releaseLock(grant)
            throw error
        }
        return ((present, grant.epoch, serial), kept)
    }

    /// Opens the copy, which migrates it where its format is older, and looks at all of it.
    private static func inspected(
        _ draft: StateFile,
        project: String,
        backup: String,
        _ despiteFaults: Bool
    ) async throws(StateStoreError) -> (SQLiteStateStore, RecordedState) {
        do throws(StateStoreError) {
            let store = try open(path: draft.path, project: project)
            let problems = try await store.verify()
            guard problems.isEmpty else { throw .corrupt(path: backup, detail: problems[0]) }
            for entry in 1...Schema.current.version { unlink("\(draft.path).bak-v\(entry)") }
            let state = try await store.snapshot()
            let last = state.lastRevision > 0 ? try await store.revision(state.lastRevision) : nil
            let faults = RecordAudit.problems(of: state, last: last)
            guard despiteFaults || faults.isEmpty else { throw .faulty(path: backup, faults: faults) }
            return (store, state)
        } catch {
            throw error.told(of: backup)
        }
    }

    private static func copyFile(_ source: String, to draft: StateFile) throws(StateStoreError) {
        let origin = StateFile(path: source)
        guard let status = StateFile.status(source, following: true) else { throw .missing(path: source) }
        // A pipe may never end, and a device neither.
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unsuitable(path: source, detail: "it is not a regular file")
        }
        guard FileVersion(path: source)?.hasLog == false else {
            throw .unsuitable(path: source, detail: "it has a log beside it, so it is in use: make a backup of it")
        }
        guard let bytes = Connection.contents(of: source) else { throw origin.io("cannot read the file") }
        try draft.makeEmpty()
        try draft.fill(bytes)
    }

    /// Makes another state of this one: with a lineage of its own, held by nobody, going on from both that it comes from.
    private func renew(after serial: Int, epoch: Int) throws(StateStoreError) {
        try connection.write { () throws(StateStoreError) in
            try ProjectTable.renew(lineage: Lineage.random(), after: serial, connection)
            var lock = try LockTable.state(connection)
            lock.holder = nil
            lock.epoch = max(lock.epoch, epoch) + 1
            try LockTable.save(lock, connection)
            // They are another state's.
            try EpochTable.clear(connection)
        }
    }

    /// Takes all that is in another database, in one transaction.
    private func overwrite(by path: String) throws(StateStoreError) {
        let source = try Connection(path: path)
        try DatabaseCopy(of: source).overwrite(connection)
        source.close()
    }
}

extension StateStoreError {
    /// The same about the file that it is really about.
    fileprivate func told(of path: String) -> StateStoreError {
        switch self {
        case .corrupt(_, let detail): .corrupt(path: path, detail: detail)
        case .faulty(_, let faults): .faulty(path: path, faults: faults)
        case .unsuitable(_, let detail): .unsuitable(path: path, detail: detail)
        case .otherProject(_, let found, let expected): .otherProject(path: path, found: found, expected: expected)
        case .newerFormat(let found, let supported, _): .newerFormat(found: found, supported: supported, path: path)
        default: self
        }
    }
}
