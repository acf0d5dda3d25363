/// How many faults there are, in how many files.
package struct DiagnosticSummary: Sendable, Hashable {
    /// How many errors.
    package let errors: Int
    /// How many warnings.
    package let warnings: Int
    /// In how many files at least one error or warning is.
    package let files: Int

    /// Counts the diagnostics.
    package init(_ diagnostics: some Sequence<Diagnostic>) {
        var errors = 0
        var warnings = 0
        var files: Set<SourceID> = []
        for diagnostic in diagnostics where diagnostic.severity != .note {
            if diagnostic.severity == .error { errors += 1 } else { warnings += 1 }
            if let file = diagnostic.primary?.range.file { files.insert(file) }
        }
        self.errors = errors
        self.warnings = warnings
        self.files = files.count
    }

    /// `2 errors, 1 warning in 2 of 14 files`; empty when there is nothing to count.
    package func line(ofFiles total: Int?) -> String {
        guard errors + warnings > 0 else { return "" }
        var parts: [String] = []
        if errors > 0 { parts.append(Self.counted(errors, "error")) }
        if warnings > 0 { parts.append(Self.counted(warnings, "warning")) }
        var line = parts.joined(separator: ", ")
        guard files > 0 else { return line }
        if let total, total >= files {
            line += " in \(files) of \(Self.counted(total, "file"))"
        } else {
            line += " in \(Self.counted(files, "file"))"
        }
        return line
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
