extension Schema {
    /// Whom the lock was granted to, by epoch.
    ///
    /// A row with an empty id stands for all up to its number: they were granted before this was kept.
    static let version5 = """
        CREATE TABLE epochs (
            number INTEGER PRIMARY KEY,
            lock_id TEXT NOT NULL
        ) STRICT;
        INSERT INTO epochs (number, lock_id) SELECT epoch, '' FROM lock WHERE epoch > 0;
        """
}
