extension Schema {
    /// Addresses that an apply began to create and that have no record yet.
    ///
    /// Kept beside the journal, which grows for ever, so that reading the state never has to search it.
    static let version2 = """
        CREATE TABLE attempts (
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        """
}
