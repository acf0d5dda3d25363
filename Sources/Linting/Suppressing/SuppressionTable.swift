import SourceDiagnostics

/// The comments of all files that silence rules, and what they leave of the findings.
struct SuppressionTable {
    /// By file and place.
    private var suppressions: [Suppression] = []
    private var complaints: [Diagnostic] = []
    private let rules: [DiagnosticCode]
    private let others: [DiagnosticCode]
    private let sources: SourceMap

    /// - Parameters:
    ///   - rules: The codes of the rules, which can all be silenced.
    ///   - others: The codes of the compiler, whose errors cannot be.
    init(_ sources: SourceMap, rules: [DiagnosticCode], others: [DiagnosticCode]) {
        self.rules = rules
        self.others = others
        self.sources = sources
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

    /// Whether no comment silences anything.
    var isEmpty: Bool { suppressions.isEmpty }

    /// What is left of findings with what is wrong with the comments themselves, and what they silence.
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
    ) -> LintOutcome {
        guard !suppressions.isEmpty else {
            return LintOutcome(findings: findings + complaints.compactMap(settings.levelled))
        }
        let (silenced, used) = matches(findings)
        let left = findings.indices.filter { silenced[$0] == nil }.map { findings[$0] }
        let remarks =
            complaints + suppressions.flatMap(remarks) + futile(findings)
            + (elsewhere.map { unused(besides: used, settings, $0) } ?? [])
        return LintOutcome(
            findings: left + remarks.compactMap(settings.levelled),
            silenced: silenced.sorted { $0.key < $1.key }
                .map { SilencedFinding(diagnostic: findings[$0.key], reason: $0.value) }
        )
    }

    /// Which findings are silenced, by their indices, and why, and by which names of rules, by the places of these.
    private func matches(_ findings: [Diagnostic]) -> (silenced: [Int: String], used: Set<SourceRange>) {
        let rules = Set(rules)
        let places = findings.enumerated()
            .compactMap { index, finding -> (index: Int, range: SourceRange)? in
                guard finding.severity != .error || rules.contains(finding.code) else { return nil }
                return finding.primary.map { (index, $0.range) }
            }
            .sorted { $0.range.isBefore($1.range) }
        var silenced: [Int: String] = [:]
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
                    silenced[index] = silenced[index] ?? suppression.reason
                }
            }
        }
        return (silenced, used)
    }

    /// The names of the compiler's errors that stand where they should be silent.
    private func futile(_ findings: [Diagnostic]) -> [Diagnostic] {
        let others = Set(others)
        let errors = findings.filter { $0.severity == .error && others.contains($0.code) }
        guard !errors.isEmpty else { return [] }
        return suppressions.flatMap { suppression in
            suppression.names.compactMap { name in
                let error = errors.first { error in
                    error.code.isNamed(name.text)
                        && error.primary.map { suppression.scope.holds($0.range) } ?? false
                }
                guard let error else { return nil }
                return Diagnostic(
                    .unknownSuppression,
                    severity: .warning,
                    "`\(error.code.slug)` is an error of the compiler, which no comment silences",
                    at: name.range,
                    help: [removal(of: name.range, in: suppression)]
                )
            }
        }
    }

    /// The names that silence nothing.
    private func unused(
        besides used: Set<SourceRange>,
        _ settings: RuleLevels,
        _ elsewhere: ([DiagnosticCode]) -> [Diagnostic]
    ) -> [Diagnostic] {
        let candidates = suppressions.flatMap { suppression in
            suppression.names.compactMap { name -> (range: SourceRange, code: DiagnosticCode, whole: Suppression)? in
                guard !used.contains(name.range), let code = code(named: name.text), !settings.isOff(code) else {
                    return nil
                }
                return (name.range, code, suppression)
            }
        }
        guard !candidates.isEmpty else { return [] }
        let usedElsewhere = matches(elsewhere(Array(Set(candidates.map(\.code))))).used
        return candidates.filter { !usedElsewhere.contains($0.range) }
            .map {
                Diagnostic(
                    .unusedSuppression,
                    severity: .warning,
                    "`\($0.code.slug)` has nothing to say here that a comment could silence",
                    at: $0.range,
                    help: [removal(of: $0.range, in: $0.whole)]
                )
            }
    }

    private func remarks(_ suppression: Suppression) -> [Diagnostic] {
        var remarks = suppression.names.filter { code(named: $0.text) == nil }
            .map { name in
                let near = Suggestion.nearest(name.text, in: rules.flatMap { [$0.slug, $0.id] })
                return Diagnostic(
                    .unknownSuppression,
                    severity: .warning,
                    "`\(Escaping.visible(name.text))` is no rule that could be silenced",
                    at: name.range,
                    help: [
                        near.map { Help("did you mean `\($0)`?", edits: [TextEdit(name.range, $0)]) }
                            ?? Help("see `orchplan explain rules`")
                    ]
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
        return remarks
    }

    /// Advises to remove one name, and the whole comment where it is the only one.
    private func removal(of name: SourceRange, in suppression: Suppression) -> Help {
        let title = "remove the comment"
        guard let index = suppression.names.firstIndex(where: { $0.range == name }), let file = sources[name.file]
        else { return Help(title) }
        let names = suppression.names.map(\.range)
        var (start, end) = (name.start, name.end)
        if names.count > 1 {
            if index + 1 < names.count { end = names[index + 1].start } else { start = names[index - 1].end }
        } else {
            (start, end) = (suppression.range.start, suppression.range.end)
            while start > 0, [0x20, 0x09].contains(file.bytes[Int(start) - 1]) { start -= 1 }
            // A line that held nothing else goes with its break.
            if start == 0 || file.bytes[Int(start) - 1] == 0x0A {
                if Int(end) < file.count, file.bytes[Int(end)] == 0x0D { end += 1 }
                if Int(end) < file.count { end += 1 }
            }
        }
        let edit = TextEdit(SourceRange(file: name.file, start: start, end: end), "")
        return Help(title, edits: [edit], applicability: .safe)
    }

    private func code(named name: String) -> DiagnosticCode? {
        (rules + others).first { $0.isNamed(name) }
    }
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
