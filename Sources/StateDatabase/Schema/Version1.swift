extension Schema {
    /// The first format.
    ///
    /// Times are milliseconds since 1970. Lists and maps are canonical JSON, null when empty. Desired specs are kept
    /// once per text (`texts`, by keyed digest): a revision that changes one resource adds one text.
    static let version1 = """
        CREATE TABLE project (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL,
            lineage TEXT NOT NULL,
            serial INTEGER NOT NULL,
            key BLOB NOT NULL
        ) STRICT;

        CREATE TABLE lock (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL,
            lock_id TEXT,
            holder TEXT,
            host TEXT,
            pid INTEGER,
            boot_id TEXT,
            start_ticks INTEGER,
            operation TEXT,
            requested_at INTEGER,
            acquired_at INTEGER,
            heartbeat_at INTEGER
        ) STRICT;

        CREATE TABLE resources (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            spec TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            object_name TEXT NOT NULL,
            retired_objects TEXT,
            bindings TEXT,
            revision INTEGER NOT NULL,
            protect INTEGER NOT NULL,
            needs TEXT,
            UNIQUE (kind, name)
        ) STRICT;

        CREATE TABLE revisions (
            number INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            author TEXT NOT NULL,
            outcome TEXT NOT NULL,
            summary TEXT NOT NULL,
            plan TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE texts (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL
        ) STRICT;

        CREATE TABLE revision_resources (
            revision INTEGER NOT NULL REFERENCES revisions (number),
            position INTEGER NOT NULL,
            text INTEGER NOT NULL REFERENCES texts (id),
            PRIMARY KEY (revision, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE operations (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            plan TEXT NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            action TEXT NOT NULL,
            outcome TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            error TEXT
        ) STRICT;
        CREATE INDEX open_operations ON operations (sequence) WHERE outcome IN ('intent', 'unknown');
        """
}
