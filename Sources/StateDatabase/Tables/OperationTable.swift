import ResourceModel
import StateStores

/// The intent journal.
enum OperationTable {
    private static let columns = "id, plan, kind, name, action, outcome, started_at, finished_at, error"

    /// Announces an operation, or replaces its record.
    static func put(_ operation: OperationRecord, _ connection: Connection) throws(StateStoreError) {
        try connection.prepare(
            """
            INSERT INTO operations (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, kind = excluded.kind, name = excluded.name,
                action = excluded.action, outcome = excluded.outcome, started_at = excluded.started_at,
                finished_at = excluded.finished_at, error = excluded.error
            """
        )
        .run(
            .text(operation.id),
            .text(operation.plan),
            .text(operation.address.kind.rawValue),
            .text(operation.address.name),
            .text(operation.action),
            .text(operation.outcome.rawValue),
            .integer(operation.startedAt.milliseconds),
            .optional(operation.finishedAt?.milliseconds),
            .optional(operation.error)
        )
    }

    /// Operations that nobody knows the outcome of, in the order of their announcement.
    static func open(_ connection: Connection) throws(StateStoreError) -> [OperationRecord] {
        try collect(
            try connection.prepare(
                "SELECT \(columns) FROM operations WHERE outcome IN ('intent', 'unknown') ORDER BY sequence LIMIT ?"
            ),
            limit: .max
        )
    }

    static func newest(_ connection: Connection, limit: Int) throws(StateStoreError) -> [OperationRecord] {
        try collect(
            try connection.prepare("SELECT \(columns) FROM operations ORDER BY sequence DESC LIMIT ?"),
            limit: max(0, limit)
        )
    }

    private static func collect(_ statement: Statement, limit: Int) throws(StateStoreError) -> [OperationRecord] {
        var operations: [OperationRecord] = []
        try statement.rows(.integer(limit)) { row throws(StateStoreError) in operations.append(try operation(row)) }
        return operations
    }

    private static func operation(_ row: Row) throws(StateStoreError) -> OperationRecord {
        let kind = try row.decoded(2, "kind") { ResourceKind(rawValue: $0) }
        return OperationRecord(
            id: row.text(0),
            plan: row.text(1),
            address: ResourceAddress(kind, row.text(3)),
            action: row.text(4),
            outcome: try row.decoded(5, "outcome") { OperationOutcome(rawValue: $0) },
            startedAt: Timestamp(milliseconds: row.integer64(6)),
            finishedAt: row.isNull(7) ? nil : Timestamp(milliseconds: row.integer64(7)),
            error: row.optionalText(8)
        )
    }
}
