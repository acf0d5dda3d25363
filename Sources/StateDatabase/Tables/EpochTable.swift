import StateStores

/// Whom the lock was granted to: what tells this state from an old copy of it.
enum EpochTable {
    /// How many are kept: a cluster that was not told of so many holders takes this state for an old copy.
    static let kept = LockState.keptEpochs

    static func add(_ grant: LockGrant, _ connection: Connection) throws(StateStoreError) {
        try connection.prepare("INSERT OR REPLACE INTO epochs (number, lock_id) VALUES (?, ?)")
            .run(.integer(grant.epoch), .text(grant.id))
        try connection.prepare("DELETE FROM epochs WHERE number <= ? AND lock_id <> ''")
            .run(.integer(grant.epoch - kept))
    }

    /// The id of the request; empty: from before they were kept; nil: this state never granted it, or no longer knows.
    static func grantee(_ number: Int, _ connection: Connection) throws(StateStoreError) -> String? {
        try connection.prepare(
            """
            SELECT lock_id FROM epochs WHERE number = ?1
            UNION ALL SELECT '' WHERE EXISTS (SELECT 1 FROM epochs WHERE number > ?1 AND lock_id = '')
            """
        )
        .first(.integer(number)) { $0.text(0) }
    }

    static func clear(_ connection: Connection) throws(StateStoreError) {
        try connection.prepare("DELETE FROM epochs").run()
    }
}
