extension Schema {
    /// The cluster that each revision was made on; null: one without an id, or it was made before this was kept.
    static let version4 = """
        ALTER TABLE revisions ADD COLUMN cluster TEXT;
        """
}
