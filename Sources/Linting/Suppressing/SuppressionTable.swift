import SourceDiagnostics

/// The comments of all files that silence rules, and what they leave of the findings.
struct SuppressionTable {
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
    }

    /// What is left of findings with what is wrong with the comments themselves, and what they silence.
    ///
    /// - Parameter levels: The levels of the project; a comment about a rule that is off is not called unused.
    func apply(to findings: [Diagnostic], levels: [String: String]) -> LintOutcome {
        guard !suppressions.isEmpty else { return LintOutcome(findings: findings + complaints) }
        var used: Set<SourceRange> = []
        var silenced: [SilencedFinding] = []
        let left = findings.filter { finding in
            guard let place = finding.primary?.range else { return true }
            var reason: String?
            for suppression in suppressions where suppression.scope.holds(place) {
                for name in suppression.names where finding.code.isNamed(name.text) {
                    used.insert(name.range)
                    reason = reason ?? suppression.reason
                }
            }
            if let reason { silenced.append(SilencedFinding(diagnostic: finding, reason: reason)) }
            return reason == nil
        }
        return LintOutcome(
            findings: left + complaints + suppressions.flatMap { remarks($0, used, levels) },
            silenced: silenced
        )
    }

    private func remarks(_ suppression: Suppression, _ used: Set<SourceRange>, _ levels: [String: String])
        -> [Diagnostic]
    {
        var remarks: [Diagnostic] = []
        for name in suppression.names where !used.contains(name.range) {
            guard let code = known.first(where: { $0.isNamed(name.text) }) else {
                let nearest = Suggestion.nearest(name.text, in: known.map(\.slug))
                remarks.append(
                    Diagnostic(
                        .unknownSuppression,
                        severity: .warning,
                        "`\(Escaping.visible(name.text))` is no rule that could be silenced",
                        at: name.range,
                        help: [Help(nearest.map { "did you mean `\($0)`?" } ?? "see `orchplan explain rules`")]
                    )
                )
                continue
            }
            guard (levels[code.slug] ?? levels[code.id]) != "off" else { continue }
            remarks.append(
                Diagnostic(
                    .unusedSuppression,
                    severity: .warning,
                    "`\(code.slug)` has nothing to say here",
                    at: name.range,
                    help: [Help("remove the comment")]
                )
            )
        }
        if suppression.reason.isEmpty {
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
        let off = remarks.filter { levels[$0.code.slug] == "off" || levels[$0.code.id] == "off" }
        return off.isEmpty ? remarks : remarks.filter { remark in !off.contains(remark) }
    }
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
}
