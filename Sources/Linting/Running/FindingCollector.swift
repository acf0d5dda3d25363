import SourceDiagnostics

/// Takes what rules find, and keeps what is told at length.
///
/// Of a hundred thousand findings a person is shown fifty. The others are only counted: their words are never made and
/// their places never looked for, which costs more than finding them.
struct FindingCollector: Sendable {
    private let rules: [ActiveRule]
    /// The ranks of the rules' severities: a rule is a dozen references, each of which a copy would count.
    private let ranks: [Int]
    private let first: FirstFindings?
    /// By the rank of their severity.
    private var shelves: [Shelf]
    /// What was only counted, by rule.
    private var tallies: [FurtherFindings.Tally]
    /// The files of errors and warnings that were only counted.
    private var files: Set<SourceID> = []
    /// The one that was added last: what is found one after the other is mostly in one file.
    private var last: SourceID?

    /// What is kept of one severity.
    private struct Shelf: Sendable {
        var found: [RuleFinding] = []
        /// What stands behind this place is counted.
        var end = UInt64.max
        /// How many there are when it is cut next.
        var most = 0
    }

    /// - Parameter first: Which findings are told at length; nil: all.
    init(_ rules: [ActiveRule], _ first: FirstFindings?) {
        self.rules = rules
        ranks = rules.map(\.severity.rank)
        self.first = first
        tallies = rules.map { _ in FurtherFindings.Tally() }
        shelves = Severity.allCases.map { _ in Shelf(most: 2 * (first?.limit ?? 0) + 64) }
    }

    /// What is kept, in the order in which it was found, severity by severity.
    var kept: [RuleFinding] { shelves.flatMap(\.found) }

    /// What was only counted.
    var further: FurtherFindings {
        var further = FurtherFindings(files: files)
        for (rule, tally) in zip(rules, tallies) where tally.count > 0 {
            further.add(tally, rule.severity, rule.rule.code)
        }
        return further
    }

    mutating func add(_ findings: [LintFinding], of rule: Int, in resource: Int) {
        guard !findings.isEmpty else { return }
        let rank = ranks[rule]
        if let first, first.places[resource] > shelves[rank].end {
            // By their indices: one that is taken out of the list is copied with all that it holds.
            for index in findings.indices {
                count(findings[index].fix?.applicability, of: rule, in: first.files[resource])
            }
            return
        }
        for finding in findings {
            shelves[rank].found.append(RuleFinding(rule: rule, resource: resource, finding: finding))
        }
        if let first, shelves[rank].found.count > shelves[rank].most { cut(rank, first) }
    }

    /// Adds what another one took.
    mutating func add(_ other: FindingCollector) {
        for shelf in other.shelves {
            for found in shelf.found { add([found.finding], of: found.rule, in: found.resource) }
        }
        for (rule, tally) in other.tallies.enumerated() { tallies[rule].add(tally) }
        files.formUnion(other.files)
    }

    private mutating func count(_ fix: Applicability?, of rule: Int, in file: SourceID) {
        tallies[rule].add(fix: fix)
        guard file != last, ranks[rule] != Severity.note.rank else { return }
        files.insert(file)
        last = file
    }

    /// Leaves what is told first, and all that is of the same resource as the last of it.
    private mutating func cut(_ rank: Int, _ first: FirstFindings) {
        let found = shelves[rank].found
        let end = found.map { first.places[$0.resource] }.sorted()[first.limit - 1]
        shelves[rank].end = end
        shelves[rank].found = found.filter { first.places[$0.resource] <= end }
        for other in found where first.places[other.resource] > end {
            count(other.finding.fix?.applicability, of: other.rule, in: first.files[other.resource])
        }
        // Much of one place cannot be cut, and is not to be tried for each finding.
        shelves[rank].most = max(shelves[rank].most, 2 * shelves[rank].found.count)
    }
}
