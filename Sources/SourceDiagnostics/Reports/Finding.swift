/// One diagnostic as a report tells it: what it is about, and whether it counts.
package struct Finding: Sendable, Hashable {
    package var diagnostic: Diagnostic
    /// What it is about; nil when it is about no place, or when nobody asked.
    package var identity: FindingIdentity?
    package var standing: FindingStanding

    package init(_ diagnostic: Diagnostic, identity: FindingIdentity? = nil, standing: FindingStanding = .counts) {
        self.diagnostic = diagnostic
        self.identity = identity
        self.standing = standing
    }

    /// Whether it comes with edits that mend it.
    package var isFixable: Bool { diagnostic.fixes.contains { $0.applicability != .placeholder } }
}

/// Whether a finding counts, or somebody said that it is known.
package enum FindingStanding: Sendable, Hashable {
    case counts
    /// A comment in the manifest silences it, for this reason, which may be empty.
    case suppressed(reason: String)
    /// The baseline knows it.
    case baselined
}

/// What a finding is about, in words that stay the same when lines move.
package struct FindingIdentity: Sendable, Hashable {
    /// The address of the resource, such as `service/web`; nil: what is declared there is not known.
    package var resource: String?
    /// The path of the field in the document, such as `spec.ports[http].published`.
    package var field: String
    /// 32 hexadecimal digits, the same for the same finding in every run and different for every finding of a run.
    package var fingerprint: String

    package init(resource: String?, field: String, fingerprint: String) {
        self.resource = resource
        self.field = field
        self.fingerprint = fingerprint
    }
}

/// How many findings there are, of each sort.
package struct FindingCounts: Sendable, Hashable {
    package private(set) var errors = 0
    package private(set) var warnings = 0
    package private(set) var notes = 0
    package private(set) var suppressed = 0
    package private(set) var baselined = 0
    package private(set) var fixable = 0
    /// Whether some of the fixable ones may prove not to be: nobody looked at their text.
    package private(set) var isFixableAtMost = false
    /// In how many files at least one error or warning is.
    package private(set) var files = 0

    package init(_ findings: [Finding], _ further: FurtherFindings = FurtherFindings()) {
        var places: Set<SourceID> = []
        for finding in findings {
            switch finding.standing {
            case .suppressed: suppressed += 1
            case .baselined: baselined += 1
            case .counts:
                if finding.isFixable { fixable += 1 }
                switch finding.diagnostic.severity {
                case .error: errors += 1
                case .warning: warnings += 1
                case .note: notes += 1
                }
                if finding.diagnostic.severity != .note, let file = finding.diagnostic.primary?.range.file {
                    places.insert(file)
                }
            }
        }
        errors += further.count(.error)
        warnings += further.count(.warning)
        notes += further.count(.note)
        fixable += further.fixes.all
        isFixableAtMost = further.fixes.all > 0
        files = places.union(further.files).count
    }

    /// `2 errors, 1 warning in 2 of 14 files; 3 suppressed, 1 in the baseline, 2 fixable`; empty when all are zero.
    package func line(ofFiles total: Int?) -> String {
        var found: [String] = []
        if errors > 0 { found.append(Self.counted(errors, "error")) }
        if warnings > 0 { found.append(Self.counted(warnings, "warning")) }
        if notes > 0 { found.append(Self.counted(notes, "note")) }
        var line = found.joined(separator: ", ")
        if files > 0 {
            let all = total.map { max($0, files) }
            line += all.map { " in \(files) of \(Self.counted($0, "file"))" } ?? " in \(Self.counted(files, "file"))"
        }
        var rest: [String] = []
        if suppressed > 0 { rest.append("\(suppressed) suppressed") }
        if baselined > 0 { rest.append("\(baselined) in the baseline") }
        if fixable > 0 { rest.append("\(isFixableAtMost ? "up to " : "")\(fixable) fixable") }
        guard !rest.isEmpty else { return line }
        return (line.isEmpty ? "nothing new" : line) + "; " + rest.joined(separator: ", ")
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
