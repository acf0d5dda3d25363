/// What a mistyped word was probably meant to be.
package enum Suggestion {
    /// The candidate nearest to `word` by Damerau-Levenshtein distance, at most a third of its length (at least 1) away.
    ///
    /// A candidate that differs in case alone comes before all others; of equally near ones the first is taken.
    package static func nearest(_ word: String, in candidates: some Sequence<String>) -> String? {
        let letters = Array(word.unicodeScalars.prefix(256))
        let lowered = word.lowercased()
        let limit = max(1, letters.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in candidates where candidate != word {
            if candidate.lowercased() == lowered { return candidate }
            let other = Array(candidate.unicodeScalars.prefix(256))
            guard abs(other.count - letters.count) <= limit else { continue }
            let found = distance(letters, other)
            if found <= limit, found < best?.distance ?? .max { best = (candidate, found) }
        }
        return best?.word
    }

    /// The only candidate that begins with a word, or that a word begins with: `prod` and `production`.
    package static func completion(of word: String, in candidates: some Sequence<String>) -> String? {
        let word = word.lowercased()
        guard !word.isEmpty else { return nil }
        let found = candidates.filter { candidate in
            let candidate = candidate.lowercased()
            return candidate.hasPrefix(word) || word.hasPrefix(candidate)
        }
        return found.count == 1 ? found[0] : nil
    }

    /// How many letters must be inserted, removed, changed or swapped with a neighbour to turn one word into another.
    package static func distance(_ left: String, _ right: String) -> Int {
        distance(Array(left.unicodeScalars), Array(right.unicodeScalars))
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            current.reserveCapacity(right.count + 1)
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var value = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    value = min(value, beforeLast[column - 2] + 1)
                }
                current.append(value)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
