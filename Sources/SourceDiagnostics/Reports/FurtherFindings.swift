/// Findings that are only counted, since a report for people tells no more than the first ones.
package struct FurtherFindings: Sendable, Hashable {
    /// How many there are, by severity and by the slug of the code.
    package private(set) var counts: [Severity: [String: Int]] = [:]
    /// The files of errors and warnings.
    package let files: Set<SourceID>
    /// How many come with a fix, as far as the text of the manifest allows it: that was not looked at.
    package private(set) var fixes = FixCounts()

    package init(files: Set<SourceID> = []) {
        self.files = files
    }

    package var isEmpty: Bool { counts.isEmpty }

    package func count(_ severity: Severity) -> Int { counts[severity]?.values.reduce(0, +) ?? 0 }

    package mutating func add(_ tally: Tally, _ severity: Severity, _ code: DiagnosticCode) {
        counts[severity, default: [:]][code.slug, default: 0] += tally.count
        fixes.add(tally.fixes)
    }

    /// What is counted of one code.
    package struct Tally: Sendable, Hashable {
        package private(set) var count = 0
        fileprivate var fixes = FixCounts()

        package init() {}

        package mutating func add(fix: Applicability?) {
            count += 1
            if let fix { fixes.add(fix) }
        }

        package mutating func add(_ other: Tally) {
            count += other.count
            fixes.add(other.fixes)
        }
    }
}

/// How many fixes there are that can be made, by whether somebody has to ask for them.
package struct FixCounts: Sendable, Hashable {
    package private(set) var safe = 0
    package private(set) var unsafe = 0

    package init() {}

    package var all: Int { safe + unsafe }

    package mutating func add(_ fix: Applicability) {
        switch fix {
        case .safe: safe += 1
        case .unsafe: unsafe += 1
        case .placeholder: break
        }
    }

    package mutating func add(_ other: FixCounts) {
        safe += other.safe
        unsafe += other.unsafe
    }
}
