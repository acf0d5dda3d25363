import SourceDiagnostics

/// What is known of some fixes, by their places, which move with the text around them.
///
/// Two services may have the same fault in the same words, and what holds for one need not hold for the other.
struct FixPlaces {
    /// By what a fix is about, and by where its first edit begins in the text as it is now.
    private var words: [FixCandidate.Key: [Int: String]] = [:]

    /// What the fixes are about, without their places.
    var keys: some Sequence<FixCandidate.Key> { words.keys }

    /// What is known of a fix; nil: nothing is.
    subscript(_ fix: FixCandidate) -> String? {
        get { words[fix.key]?[Int(fix.start)] }
        set { words[fix.key, default: [:]][Int(fix.start)] = newValue }
    }

    /// Forgets what is known of some fixes.
    mutating func forget(_ isForgotten: (FixCandidate.Key) -> Bool) {
        words = words.filter { !isForgotten($0.key) }
    }

    /// Follows fixes that are made at once.
    mutating func follow(_ fixes: [FixCandidate]) {
        guard !words.isEmpty else { return }
        let made = Dictionary(grouping: fixes, by: \.path).mapValues { Shifts($0.flatMap(\.edits)) }
        for (key, own) in words {
            guard let shifts = made[key.path] else { continue }
            words[key] = Dictionary(own.map { (shifts.moved($0.key), $0.value) }) { first, _ in first }
        }
    }
}

/// How far edits move what stands behind them.
private struct Shifts {
    /// Where each edit ends in the text before, in order, and how much longer the text is from there on.
    private var ends: [(end: Int, sum: Int)] = []

    init(_ edits: [TextEdit]) {
        var sum = 0
        for edit in edits.sorted(by: { $0.range.start < $1.range.start }) {
            let end = Int(max(edit.range.start, edit.range.end))
            sum += edit.replacement.utf8.count - (end - Int(edit.range.start))
            ends.append((end, sum))
        }
    }

    func moved(_ offset: Int) -> Int {
        var low = 0
        var high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? offset : offset + ends[low - 1].sum
    }
}
