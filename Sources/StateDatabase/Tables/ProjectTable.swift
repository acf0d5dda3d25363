import ResourceModel
import StateStores

/// The one row that says whose state this is.
enum ProjectTable {
    static func insert(_ state: RecordedState, _ connection: Connection) throws(StateStoreError) {
        try connection.prepare("INSERT INTO project (id, name, lineage, serial, key) VALUES (1, ?, ?, ?, ?)")
            .run(.text(state.project), .text(state.lineage), .integer(state.serial), .blob(state.key.bytes))
    }

    /// The state without its resources and operations.
    static func state(_ connection: Connection) throws(StateStoreError) -> RecordedState {
        let state = try connection.prepare("SELECT name, lineage, serial, key FROM project")
            .first { row throws(StateStoreError) in
                RecordedState(
                    project: row.text(0),
                    lineage: row.text(1),
                    serial: try row.number(2, "serial", from: -1 << 53),
                    key: ProjectKey(bytes: row.blob(3))
                )
            }
        guard let state, state.key.bytes.count == 32 else {
            throw .corrupt(path: connection.path, detail: "the project's row is missing or has no key")
        }
        return state
    }

    /// Makes another state of it: with a lineage of its own, and a serial after both that it comes from.
    static func renew(lineage: String, after serial: Int, _ connection: Connection) throws(StateStoreError) {
        try connection.prepare("UPDATE project SET lineage = ?, serial = max(serial, ?) + 1")
            .run(.text(lineage), .integer(serial))
    }

    static func countWrite(_ connection: Connection) throws(StateStoreError) {
        try connection.prepare("UPDATE project SET serial = serial + 1").run()
    }
}
