import SourceDiagnostics

/// The comments of all files that silence rules, and what they leave of the findings.
struct SuppressionTable {
    /// By file and place.
    private var suppressions: [Suppression] = []
    private var complaints: [Diagnostic] = []
    private let known: [DiagnosticCode]

    /// - Parameter known: The codes of the rules that can be silenced.
    init(_ sources: SourceMap, known: [DiagnosticCode]) {
        self.known = known
        for (index, file) in sources.files.enumerated() where SuppressionScanner.mayHoldAny(file) {
            let (found, misunderstood) = SuppressionScanner(file, id: SourceID(Int32(index))).scan()
            suppressions += found
            complaints += misunderstood.map {
                Diagnostic(
                    .unknownSuppression,
                    severity: .warning,
                    $0.message,
                    at: $0.range,
                    help: [Help("write `# orchplan: ignore=RULE reason`")]
                )
            }
        }
        suppressions.sort { $0.scope.isBefore($1.scope) }
    }

    /// What is left of findings, and what is wrong with the comments themselves.
    ///
    /// - Parameters:
    ///   - settings: How the project sets rules; a comment about a rule that is off is not called unused.
    ///   - elsewhere: What rules find where the driver is not known: what is silenced for a cluster is not unused when
    ///     the same manifests are looked at for one machine. Nil: no comment can be called unused, as not everything
    ///     could be looked at.
    func apply(
        to findings: [Diagnostic],
        settings: RuleLevels,
        elsewhere: (([DiagnosticCode]) -> [Diagnostic])?
    ) -> [Diagnostic] {
        guard !suppressions.isEmpty else { return findings + complaints.compactMap(settings.levelled) }
        let (silenced, used) = matches(findings)
        let left = findings.indices.filter { !silenced.contains($0) }.map { findings[$0] }
        let remarks =
            complaints + suppressions.flatMap(remarks)
            + (elsewhere.map { unused(besides: used, settings, $0) } ?? [])
        return left + remarks.compactMap(settings.levelled)
    }

    /// Which findings are silenced, by their indices, and by which names of rules, by the places of these.
    private func matches(_ findings: [Diagnostic]) -> (silenced: Set<Int>, used: Set<SourceRange>) {
        let places = findings.enumerated()
            .compactMap { index, finding in finding.primary.map { (index: index, range: $0.range) } }
            .sorted { $0.range.isBefore($1.range) }
        var silenced: Set<Int> = []
        var used: Set<SourceRange> = []
        // Those that began before the place at hand and have not ended: scopes nest, so they are few.
        var open: [Suppression] = []
        var rest = suppressions[...]
        for (index, place) in places {
            while let next = rest.first, !place.isBefore(next.scope) { open.append(rest.removeFirst()) }
            open.removeAll { !$0.scope.holds(place) }
            for suppression in open {
                for name in suppression.names where findings[index].code.isNamed(name.text) {
                    used.insert(name.range)
                    silenced.insert(index)
                }
            }
        }
        return (silenced, used)
    }

    /// The names that silence nothing.
    private func unused(
        besides used: Set<SourceRange>,
        _ settings: RuleLevels,
        _ elsewhere: ([DiagnosticCode]) -> [Diagnostic]
    ) -> [Diagnostic] {
        let candidates = suppressions.flatMap(\.names)
            .compactMap { name -> (range: SourceRange, code: DiagnosticCode)? in
                guard !used.contains(name.range), let code = code(named: name.text), !settings.isOff(code) else {
                    return nil
                }
                return (name.range, code)
            }
        guard !candidates.isEmpty else { return [] }
        let usedElsewhere = matches(elsewhere(Array(Set(candidates.map(\.code))))).used
        return candidates.filter { !usedElsewhere.contains($0.range) }
            .map {
                Diagnostic(
                    .unusedSuppression,
                    severity: .warning,
                    "`\($0.code.slug)` has nothing to say here",
                    at: $0.range,
                    help: [Help("remove the comment")]
                )
            }
    }

    private func remarks(_ suppression: Suppression) -> [Diagnostic] {
        var remarks = suppression.names.filter { code(named: $0.text) == nil }
            .map { name in
                let near = Suggestion.nearest(name.text, in: known.map(\.slug))
                return Diagnostic(
                    .unknownSuppression,
                    severity: .warning,
                    "`\(Escaping.visible(name.text))` is no rule that could be silenced",
                    at: name.range,
                    help: [Help(near.map { "did you mean `\($0)`?" } ?? "see `orchplan explain rules`")]
                )
            }
        if !suppression.hasReason {
            remarks.append(
                Diagnostic(
                    .suppressionWithoutReason,
                    severity: .note,
                    "this comment does not say why",
                    at: suppression.range,
                    help: [Help("write the reason behind the name of the rule")]
                )
            )
        }
        return remarks
    }

    private func code(named name: String) -> DiagnosticCode? { known.first { $0.isNamed(name) } }
}

extension DiagnosticCode {
    /// Whether a person means this code by a word: its number or its name.
    fileprivate func isNamed(_ word: String) -> Bool { id == word || slug == word }
}

extension SourceRange {
    /// Whether the other begins in this one.
    fileprivate func holds(_ other: SourceRange) -> Bool {
        file == other.file && start <= other.start && other.start < max(end, start + 1)
    }

    /// Whether it begins before the other, in the order of files.
    fileprivate func isBefore(_ other: SourceRange) -> Bool {
        (file.rawValue, start) < (other.file.rawValue, other.start)
    }
}
