/// What fixes of one run have written for errors of the compiler, by file: nobody saw it, so no rule may change it yet.
///
/// Such a fix guesses what was meant. A rule's fix on top of it could turn that around in the same breath.
struct WrittenValues {
    private var ranges: [String: [Range<Int>]] = [:]

    /// Whether a fix would replace or remove something of it, for a rule.
    func isOverwritten(by fix: FixCandidate) -> Bool {
        guard fix.isOfRule, let own = ranges[fix.path] else { return false }
        return fix.edits.contains { edit in
            let range = Int(edit.range.start)..<Int(max(edit.range.start, edit.range.end))
            return !range.isEmpty && own.contains { $0.overlaps(range) }
        }
    }

    /// Follows fixes that are made at once, and remembers what those of the compiler wrote.
    mutating func follow(_ fixes: [FixCandidate]) {
        for (path, own) in Dictionary(grouping: fixes, by: \.path) {
            let edits = own.flatMap { fix in fix.edits.map { (edit: $0, isGuess: fix.isGuess) } }
                .sorted { $0.edit.range.start < $1.edit.range.start }
            var kept = ranges[path] ?? []
            var written: [Range<Int>] = []
            var shift = 0
            for (edit, isGuess) in edits {
                let start = Int(edit.range.start)
                let end = Int(max(edit.range.start, edit.range.end))
                let count = edit.replacement.utf8.count
                if isGuess, count > 0 { written.append(start + shift..<start + shift + count) }
                shift += count - (end - start)
            }
            kept = kept.map { range in
                var lower = range.lowerBound
                var upper = range.upperBound
                for (edit, _) in edits {
                    let end = Int(max(edit.range.start, edit.range.end))
                    let change = edit.replacement.utf8.count - (end - Int(edit.range.start))
                    if end <= range.lowerBound { lower += change }
                    if Int(edit.range.start) < range.upperBound { upper += change }
                }
                return lower..<max(lower, upper)
            }
            ranges[path] = kept + written
        }
    }
}

extension FixCandidate {
    /// Whether it is of a rule, not of the compiler.
    var isOfRule: Bool { key.code.hasPrefix("OP5") }

    /// Whether it writes what may not be meant.
    fileprivate var isGuess: Bool { !isOfRule && applicability == .unsafe }
}
