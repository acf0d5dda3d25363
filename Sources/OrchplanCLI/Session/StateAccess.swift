import Applying
import Glibc
import ResourceModel
import StateDatabase
import StateStores

extension Workspace {
    /// The recorded state; where there is none yet, that of a project which nothing was recorded of.
    ///
    /// - Parameter willKeep: Whether what is new is going to be kept, by `keep`; otherwise it is good for this run alone.
    func recordedState(willKeep: Bool = false) async throws -> RecordedState {
        guard let store = try openStore(create: false) else {
            if willKeep { return freshState }
            // With the key of a state that was lost, what it made is known; another key that nobody keeps names nothing.
            let kept = KeptKey(besideStateAt: settings.state).read()
            return RecordedState(project: settings.project, lineage: "", serial: 0, key: kept ?? .forThisRun())
        }
        do throws(StateStoreError) { return try await store.snapshot() } catch { throw CommandFailure(error) }
    }

    /// A state that nothing was recorded in, with the key of the one that was here, if there was one.
    private var freshState: RecordedState {
        var state = RecordedState.new(project: settings.project)
        if let key = KeptKey(besideStateAt: settings.state).read() { state.key = key }
        return state
    }

    /// Makes the state that a plan was made from where there is none yet, so that the plan has something to hold on to.
    func keep(_ recorded: RecordedState) async throws {
        guard !SQLiteStateStore.exists(at: settings.state) else { return }
        let kept: RecordedState
        do throws(StateStoreError) {
            kept = try await SQLiteStateStore.initialise(path: settings.state, recorded).snapshot()
        } catch {
            throw CommandFailure(error)
        }
        guard kept.lineage == recorded.lineage else {
            throw CommandFailure(
                "somebody else made the state of this project while this plan was being made",
                help: "run the same command again",
                code: ExitStatus.stale
            )
        }
    }

    /// The newest revisions, as far back as a status looks; none where nothing was applied.
    func lastRevisions() async throws -> [Revision] {
        guard let store = try openStore(create: false) else { return [] }
        do throws(StateStoreError) { return try await store.revisions(limit: 50) } catch { throw CommandFailure(error) }
    }

    /// The state database; nil when there is none and none is to be made.
    func openStore(create: Bool) throws -> SQLiteStateStore? {
        let path = settings.state
        do throws(StateStoreError) {
            if create { return try SQLiteStateStore.initialise(path: path, freshState) }
            guard SQLiteStateStore.exists(at: path) else { return nil }
            return try SQLiteStateStore.open(path: path, project: settings.project)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The state database of a project that must have one.
    func existingStore() throws -> SQLiteStateStore {
        guard let store = try openStore(create: false) else {
            throw CommandFailure(
                "nothing was applied here yet: there is no state at \(settings.state)",
                help: "run orchplan apply\(settings.environmentFlag), or name the project's directory with --directory"
            )
        }
        return store
    }

    /// Takes the lock, runs the body, and lets go of the lock whatever happens.
    func locked<Result>(
        _ store: any StateStore,
        for operation: String,
        waiting limit: Duration,
        _ body: (LockGrant) async throws -> Result
    ) async throws -> Result {
        let grant = try await acquireLock(store, for: operation, waiting: limit)
        await keepKey(store)
        // From the first moment: a person may take long to approve, and others are told of the last sign of life.
        let beats = Task {
            while (try? await Task.sleep(for: .seconds(5))) != nil { try? await store.heartbeat(grant) }
        }
        defer { beats.cancel() }
        do {
            let result = try await body(grant)
            try? await store.releaseLock(grant)
            return result
        } catch {
            try? await store.releaseLock(grant)
            throw error
        }
    }

    /// Keeps the key before anything is made with it; a state without that copy is as good, until it is lost.
    private func keepKey(_ store: any StateStore) async {
        guard let database = store as? SQLiteStateStore else { return }
        do throws(StateStoreError) {
            try await database.keepKey()
        } catch {
            let reason = ErrorView(error, now: SystemTimestamp.now()).message
            tell("the project's key has no second copy beside the state, which is needed if that is lost: \(reason)")
        }
    }

    private func acquireLock(
        _ store: any StateStore,
        for operation: String,
        waiting limit: Duration
    ) async throws -> LockGrant {
        let request = ProcessIdentity.current()
            .lockRequest(
                holder: Self.userName,
                operation: operation,
                now: SystemTimestamp.now()
            )
        let deadline = ContinuousClock.now + limit
        var waitedFor: String?
        while true {
            do throws(StateStoreError) {
                let grant = try await store.acquireLock(request)
                if let dead = grant.takenOverFrom {
                    tell("took over the lock of \(dead.request.holder) (pid \(dead.request.pid)), which is gone")
                }
                return grant
            } catch {
                guard case .locked(let holder) = error, ContinuousClock.now < deadline else {
                    throw CommandFailure(error, flags: settings.environmentFlag)
                }
                // Told again when another one got it.
                if waitedFor != holder.request.id { tell(LockWaitWords.text(holder, now: SystemTimestamp.now())) }
                waitedFor = holder.request.id
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// `user@host`, for journals and locks.
    static var author: String { "\(userName)@\(ProcessIdentity.current().host)" }

    static var userName: String {
        guard let entry = getpwuid(geteuid()) else { return "uid \(geteuid())" }
        return String(cString: entry.pointee.pw_name)
    }
}
