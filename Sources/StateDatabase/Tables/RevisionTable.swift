import ResourceModel
import StateStores

/// The revisions and their desired states.
enum RevisionTable {
    private static let columns =
        "number, started_at, finished_at, author, outcome, summary, plan, scalings, failures, cluster"

    static func last(_ connection: Connection) throws(StateStoreError) -> Int {
        try connection.prepare("SELECT coalesce(max(number), 0) FROM revisions")
            .first { row throws(StateStoreError) in try row.number(0, "number") } ?? 0
    }

    /// The cluster of the last revision that was made on one with an id.
    static func cluster(_ connection: Connection) throws(StateStoreError) -> String? {
        try connection.prepare("SELECT cluster FROM revisions WHERE cluster IS NOT NULL ORDER BY number DESC LIMIT 1")
            .first { $0.text(0) }
    }

    /// The plans of the newest revisions, and the numbers of these.
    static func latestPlans(_ connection: Connection, limit: Int) throws(StateStoreError) -> [String: Int] {
        var plans: [String: Int] = [:]
        try connection.prepare("SELECT plan, number FROM revisions ORDER BY number DESC LIMIT ?")
            .rows(.integer(limit)) { row throws(StateStoreError) in plans[row.text(0)] = row.integer(1) }
        return plans
    }

    /// Adds the next revision; `digests` are those of its desired texts, in their order.
    static func begin(
        _ revision: Revision,
        digests: [String],
        _ connection: Connection
    ) throws(StateStoreError) -> Int {
        let earlier = try connection.prepare("SELECT number FROM revisions WHERE plan = ?")
            .first(.text(revision.plan)) { $0.integer(0) }
        if let earlier { throw .alreadyApplied(revision: earlier) }
        try endLost(connection)
        let number = try last(connection) + 1
        try connection.prepare("INSERT INTO revisions (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .run(
                .integer(number),
                .integer(revision.startedAt.milliseconds),
                .optional(revision.finishedAt?.milliseconds),
                .text(revision.author),
                .text(revision.outcome.rawValue),
                .text(revision.summary),
                .text(revision.plan),
                ListColumn.value(revision.scalings),
                ListColumn.value(revision.failures),
                .optional(revision.cluster)
            )
        try keep(revision.desired, digests: digests, of: number, connection)
        return number
    }

    /// Ends the revisions of applies that died, with what they came to instead of what they had planned.
    private static func endLost(_ connection: Connection) throws(StateStoreError) {
        var lost: [Revision] = []
        try connection.prepare("SELECT \(columns) FROM revisions WHERE outcome = 'running'")
            .rows { row throws(StateStoreError) in lost.append(try revision(row)) }
        for revision in lost {
            let summary = revision.summary(lostAfter: try changes(of: revision, connection))
            try connection.prepare("UPDATE revisions SET outcome = 'interrupted', summary = ? WHERE number = ?")
                .run(.text(summary), .integer(revision.number))
        }
    }

    /// The changes that a revision got recorded: what carries its number, and what it removed.
    private static func changes(of revision: Revision, _ connection: Connection) throws(StateStoreError) -> Int {
        let kept = try connection.prepare("SELECT count(*) FROM resources WHERE revision = ?")
            .first(.integer(revision.number)) { $0.integer(0) }
        let removed =
            try connection.prepare(
                """
                SELECT count(*) FROM (
                    SELECT kind, name FROM operations
                        WHERE plan = ? AND outcome = 'done' AND action LIKE 'remove %' AND error IS NULL
                    EXCEPT SELECT kind, name FROM resources)
                """
            )
            .first(.text(revision.plan)) { $0.integer(0) }
        return (kept ?? 0) + (removed ?? 0)
    }

    private static func keep(
        _ texts: [CanonicalText],
        digests: [String],
        of number: Int,
        _ connection: Connection
    ) throws(StateStoreError) {
        let find = try connection.prepare("SELECT id FROM texts WHERE digest = ?")
        let add = try connection.prepare("INSERT INTO texts (digest, text) VALUES (?, ?) RETURNING id")
        let use = try connection.prepare("INSERT INTO revision_resources (revision, position, text) VALUES (?, ?, ?)")
        for (position, text) in texts.enumerated() {
            var id = try find.first(.text(digests[position])) { $0.integer64(0) }
            if id == nil { id = try add.first(.text(digests[position]), .text(text.text)) { $0.integer64(0) } }
            try use.run(.integer(number), .integer(position), .optional(id))
        }
    }

    static func end(
        _ number: Int,
        outcome: RevisionOutcome,
        summary: String,
        failures: [ChangeFailure],
        at time: Timestamp,
        _ connection: Connection
    ) throws(StateStoreError) {
        try connection.prepare(
            "UPDATE revisions SET outcome = ?, summary = ?, failures = ?, finished_at = ? WHERE number = ?"
        )
        .run(
            .text(outcome.rawValue),
            .text(summary),
            ListColumn.value(failures),
            .integer(time.milliseconds),
            .integer(number)
        )
        guard connection.changedRows == 1 else { throw .noSuchRevision(number) }
    }

    static func newest(_ connection: Connection, limit: Int) throws(StateStoreError) -> [Revision] {
        var revisions: [Revision] = []
        try connection.prepare("SELECT \(columns) FROM revisions ORDER BY number DESC LIMIT ?")
            .rows(.integer(max(0, limit))) { row throws(StateStoreError) in revisions.append(try revision(row)) }
        return revisions
    }

    static func one(_ connection: Connection, _ number: Int) throws(StateStoreError) -> Revision? {
        let found = try connection.prepare("SELECT \(columns) FROM revisions WHERE number = ?")
            .first(.integer(number)) { row throws(StateStoreError) in try revision(row) }
        guard var found else { return nil }
        try connection.prepare(
            "SELECT texts.text FROM revision_resources JOIN texts ON texts.id = revision_resources.text "
                + "WHERE revision = ? ORDER BY position"
        )
        .rows(.integer(number)) { row throws(StateStoreError) in
            found.desired.append(CanonicalText(text: row.text(0)))
        }
        return found
    }

    private static func revision(_ row: Row) throws(StateStoreError) -> Revision {
        Revision(
            number: try row.number(0, "number"),
            startedAt: try row.time(1, "started_at"),
            finishedAt: try row.optionalTime(2, "finished_at"),
            author: row.text(3),
            outcome: try row.decoded(4, "outcome") { RevisionOutcome(rawValue: $0) },
            summary: row.text(5),
            plan: row.text(6),
            scalings: try ListColumn.read(row, 7, "scalings") ?? [],
            failures: try ListColumn.read(row, 8, "failures") ?? [],
            cluster: row.optionalText(9)
        )
    }
}
