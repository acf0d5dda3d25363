import ResourceModel
import StateStores

extension SQLiteStateStore {
    /// Whether something is at the path of a state.
    package static func exists(at path: String) -> Bool {
        StateFile(path: path).exists
    }

    /// Opens the state of a project, migrating it where its format is older.
    ///
    /// Never makes a state and never replaces one: throws `.missing` when there is none, `.corrupt`, `.newerFormat`,
    /// `.otherProject` or `.unsuitable` when what is there cannot be used, and leaves it as it is.
    ///
    /// - Parameters:
    ///   - project: nil opens the state of any project.
    ///   - liveness: tells dead lock holders.
    ///   - clock: stamps heartbeats.
    package static func open(
        path: String,
        project: String?,
        liveness: @escaping HolderLiveness = LocalLiveness.check,
        clock: @escaping @Sendable () -> Timestamp = wallClock
    ) throws(StateStoreError) -> SQLiteStateStore {
        try open(path: path, project: project, schema: .current, liveness: liveness, clock: clock)
    }

    /// Makes the state of a project, with a fresh lineage and key, or opens the one that is there.
    ///
    /// The state appears under its name only when it is whole: a crash leaves none or all of it.
    package static func initialise(
        path: String,
        project: String,
        liveness: @escaping HolderLiveness = LocalLiveness.check,
        clock: @escaping @Sendable () -> Timestamp = wallClock
    ) throws(StateStoreError) -> SQLiteStateStore {
        try initialise(path: path, .new(project: project), schema: .current)
        return try open(path: path, project: project, liveness: liveness, clock: clock)
    }

    /// Makes a state with the lineage and the key of `state`, which holds nothing yet, or opens the one that is there.
    ///
    /// The one that is there may be another by now: compare its lineage.
    package static func initialise(
        path: String,
        _ state: RecordedState,
        liveness: @escaping HolderLiveness = LocalLiveness.check,
        clock: @escaping @Sendable () -> Timestamp = wallClock
    ) throws(StateStoreError) -> SQLiteStateStore {
        try initialise(path: path, state, schema: .current)
        return try open(path: path, project: state.project, liveness: liveness, clock: clock)
    }

    /// The system's wall clock.
    package static let wallClock: @Sendable () -> Timestamp = { SystemClock.now() }

    static func open(
        path: String,
        project: String?,
        schema: Schema,
        liveness: @escaping HolderLiveness = LocalLiveness.check,
        clock: @escaping @Sendable () -> Timestamp = wallClock
    ) throws(StateStoreError) -> SQLiteStateStore {
        let file = StateFile(path: path)
        guard file.exists else { throw .missing(path: path) }
        try file.check()
        file.removeDeadDrafts()
        let connection = try DatabaseOpening(file: file, schema: schema).open()
        let found = try ProjectTable.state(connection).project
        if let project, project != found { throw .otherProject(path: path, found: found, expected: project) }
        return SQLiteStateStore(connection: connection, project: found, liveness: liveness, clock: clock)
    }

    /// Makes a state where there is none, in the format of `schema`.
    static func initialise(path: String, _ state: RecordedState, schema: Schema) throws(StateStoreError) {
        let file = StateFile(path: path)
        guard !file.exists else { return }
        try file.makeDirectory()
        try file.check()
        try DatabaseOpening(file: file, schema: schema)
            .make { connection throws(StateStoreError) in
                try ProjectTable.insert(state, connection)
                try LockTable.insert(connection)
            }
    }
}
