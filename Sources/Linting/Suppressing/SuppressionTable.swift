import SourceDiagnostics

/// The comments of all files that silence rules, and what they leave of the findings.
struct SuppressionTable {
    private var suppressions: [Suppression] = []
    private var complaints: [Diagnostic] = []
    private let known: [DiagnosticCode]
    private let sources: SourceMap

    /// - Parameter known: The codes of the rules that can be silenced.
    init(_ sources: SourceMap, known: [DiagnosticCode]) {
        self.known = known
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
    }

    /// What is left of findings, and what is wrong with the comments themselves.
    ///
    /// - Parameters:
    ///   - levels: The levels of the project; a comment about a rule that is off is not called unused.
    ///   - isComplete: Whether all manifests could be read: what could not be may hold what a comment is there for.
    func apply(to findings: [Diagnostic], levels: [String: String], isComplete: Bool) -> [Diagnostic] {
        guard !suppressions.isEmpty else { return findings + complaints }
        var used: Set<SourceRange> = []
        let left = findings.filter { finding in
            guard let place = finding.primary?.range else { return true }
            var isSilenced = false
            for suppression in suppressions where suppression.scope.holds(place) {
                for name in suppression.names where finding.code.isNamed(name.text) {
                    used.insert(name.range)
                    isSilenced = true
                }
            }
            return !isSilenced
        }
        return left + complaints + suppressions.flatMap { remarks($0, used, levels, isComplete) }
    }

    private func remarks(
        _ suppression: Suppression,
        _ used: Set<SourceRange>,
        _ levels: [String: String],
        _ isComplete: Bool
    ) -> [Diagnostic] {
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
                        help: [
                            nearest.map { Help("did you mean `\($0)`?", edits: [TextEdit(name.range, $0)]) }
                                ?? Help("see `orchplan explain rules`")
                        ]
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
                    help: [isComplete ? removal(of: name.range, from: suppression) : Help("remove the comment")]
                )
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
        let off = remarks.filter { levels[$0.code.slug] == "off" || levels[$0.code.id] == "off" }
        return off.isEmpty ? remarks : remarks.filter { remark in !off.contains(remark) }
    }

    /// Advises to remove one name, and the whole comment where it is the only one.
    private func removal(of name: SourceRange, from suppression: Suppression) -> Help {
        let names = suppression.names.map(\.range)
        guard let index = names.firstIndex(of: name), let file = sources[name.file] else {
            return Help("remove the comment")
        }
        var (start, end) = (name.start, name.end)
        if names.count > 1 {
            if index + 1 < names.count { end = names[index + 1].start } else { start = names[index - 1].end }
        } else {
            (start, end) = (suppression.range.start, suppression.range.end)
            while start > 0, [0x20, 0x09].contains(file.bytes[Int(start) - 1]) { start -= 1 }
            let isAlone = start == 0 || file.bytes[Int(start) - 1] == 0x0A
            // A line that held nothing else goes with its break.
            if isAlone, Int(end) < file.count, file.bytes[Int(end)] == 0x0D { end += 1 }
            if isAlone, Int(end) < file.count { end += 1 }
        }
        let edit = TextEdit(SourceRange(file: name.file, start: start, end: end), "")
        return Help("remove the comment", edits: [edit], applicability: .safe)
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
