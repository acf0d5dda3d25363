import ResourceModel
import StateStores

/// The one row of the lock; the epoch stays when nobody holds it.
enum LockTable {
    static func insert(_ connection: Connection) throws(StateStoreError) {
        try connection.prepare("INSERT INTO lock (id, epoch) VALUES (1, 0)").run()
    }

    static func state(_ connection: Connection) throws(StateStoreError) -> LockState {
        let state =
            try connection.prepare(
                """
                SELECT epoch, lock_id, holder, host, pid, boot_id, start_ticks, operation, requested_at, acquired_at,
                    heartbeat_at FROM lock
                """
            )
            .first { row throws(StateStoreError) in
                let epoch = try row.number(0, "epoch")
                guard let id = row.optionalText(1) else { return LockState(epoch: epoch) }
                let request = LockRequest(
                    id: id,
                    holder: row.text(2),
                    host: row.text(3),
                    pid: try row.number(4, "pid"),
                    bootID: row.text(5),
                    startTicks: UInt64(bitPattern: row.integer64(6)),
                    operation: row.text(7),
                    now: try row.time(8, "requested_at")
                )
                return LockState(
                    epoch: epoch,
                    holder: LockHolder(
                        request: request,
                        acquiredAt: try row.time(9, "acquired_at"),
                        heartbeatAt: try row.time(10, "heartbeat_at")
                    )
                )
            }
        guard let state else { throw .corrupt(path: connection.path, detail: "the lock's row is missing") }
        return state
    }

    static func save(_ lock: LockState, _ connection: Connection) throws(StateStoreError) {
        let request = lock.holder?.request
        try connection.prepare(
            """
            UPDATE lock SET epoch = ?, lock_id = ?, holder = ?, host = ?, pid = ?, boot_id = ?, start_ticks = ?,
                operation = ?, requested_at = ?, acquired_at = ?, heartbeat_at = ?
            """
        )
        .run(
            .integer(lock.epoch),
            .optional(request?.id),
            .optional(request?.holder),
            .optional(request?.host),
            .optional(request.map { Int64($0.pid) }),
            .optional(request?.bootID),
            .optional(request.map { Int64(bitPattern: $0.startTicks) }),
            .optional(request?.operation),
            .optional(request?.now.milliseconds),
            .optional(lock.holder?.acquiredAt.milliseconds),
            .optional(lock.holder?.heartbeatAt.milliseconds)
        )
    }

    /// Throws `.fenced` unless `grant` holds the lock as of this transaction.
    static func check(_ grant: LockGrant, _ connection: Connection) throws(StateStoreError) {
        let lock = try connection.prepare("SELECT epoch, lock_id FROM lock")
            .first { ($0.integer(0), $0.optionalText(1)) }
        guard let lock else { throw .corrupt(path: connection.path, detail: "the lock's row is missing") }
        guard lock.0 == grant.epoch, lock.1 == grant.id else { throw .fenced(currentEpoch: lock.0) }
    }
}
