extension Schema {
    /// What each revision scaled, and which of its changes failed; canonical JSON, null when empty.
    static let version3 = """
        ALTER TABLE revisions ADD COLUMN scalings TEXT;
        ALTER TABLE revisions ADD COLUMN failures TEXT;
        """
}
