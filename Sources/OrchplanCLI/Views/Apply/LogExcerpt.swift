/// The last lines of an instance behind a rule: whole, within the window, what repeats itself told once.
struct LogExcerpt {
    /// Lines that were printed one after the other, and how often.
    struct Passage: Hashable {
        var lines: [String]
        var count = 1
    }

    private(set) var passages: [Passage] = []
    /// An instance that starts again and again says more than one line each time.
    private static let longest = 6

    init(_ lines: [String]) {
        let lines = lines.map { ControlSequences.removed(from: $0) }
        var start = 0
        while start < lines.count {
            let passage = Self.passage(lines[start...])
            passages.append(passage)
            start += passage.lines.count * passage.count
        }
    }

    /// The shortest passage that comes more than once, else the first line alone.
    private static func passage(_ lines: ArraySlice<String>) -> Passage {
        for length in 1...longest {
            let first = lines.prefix(length)
            var count = 1
            while lines.dropFirst(count * length).prefix(length).elementsEqual(first) { count += 1 }
            if count > 1, first.count == length { return Passage(lines: Array(first), count: count) }
        }
        return Passage(lines: Array(lines.prefix(1)))
    }

    /// Lines that are too long go on below, behind the rule: what is cut cannot be searched for.
    func lines(_ format: ViewFormat) -> [StyledText] {
        let rule: StyledText = "    \(format.glyphs.rule, .dim) "
        let width = format.width.map { max(16, $0 - rule.width) }
        return passages.flatMap { passage -> [StyledText] in
            var lines = passage.lines.map { StyledText($0) }
            if passage.count > 1 {
                let times = "\(passage.count) times"
                if lines.count == 1 {
                    lines[0] += "\(" \(format.glyphs.ellipsis) \(times)", .dim)"
                } else {
                    lines.append("\("\(format.glyphs.ellipsis) these \(lines.count) lines \(times)", .dim)")
                }
            }
            return lines.flatMap { $0.broken(to: width) }.map { rule + $0 }
        }
    }
}
