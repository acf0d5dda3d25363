/// Findings that are only counted, since a report for people tells no more than the first ones.
package struct FurtherFindings: Sendable, Hashable {
    /// How many there are, by severity and by the slug of the code.
    package private(set) var counts: [Severity: [String: Int]] = [:]
    /// The files of errors and warnings.
    package private(set) var files: Set<SourceID> = []
    /// How many come with a fix, as far as the text of the manifest allows it: that was not looked at.
    package private(set) var fixes: [Applicability: Int] = [:]

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    package func count(_ severity: Severity) -> Int { counts[severity]?.values.reduce(0, +) ?? 0 }

    package mutating func add(_ tally: Tally, _ severity: Severity, _ code: DiagnosticCode) {
        counts[severity, default: [:]][code.slug, default: 0] += tally.count
        if severity != .note { files.formUnion(tally.files) }
        fixes.merge(tally.fixes, uniquingKeysWith: +)
    }

    /// What is counted of one code.
    package struct Tally: Sendable, Hashable {
        package private(set) var count = 0
        fileprivate var files: Set<SourceID> = []
        fileprivate var fixes: [Applicability: Int] = [:]
        private var last: SourceID?

        package init() {}

        package mutating func add(_ file: SourceID, fix: Applicability?) {
            count += 1
            // What is found one after the other is mostly in one file.
            if file != last { files.insert(file) }
            last = file
            if let fix { fixes[fix, default: 0] += 1 }
        }

        package mutating func add(_ other: Tally) {
            count += other.count
            files.formUnion(other.files)
            fixes.merge(other.fixes, uniquingKeysWith: +)
        }
    }
}
