/// The rows under a line of source: its marks, and the words that belong to them.
struct MarkRows {
    /// A stretch of columns, and what is said about it.
    struct Mark {
        let start: Int
        let end: Int
        let text: String
        let isPrimary: Bool

        fileprivate var sign: Character { isPrimary ? "^" : "-" }

        /// The mark in a line of which `window` is shown; what is outside stands under the end where it was left out.
        fileprivate func seen(in window: Range<Int>) -> Mark {
            let last = max(0, window.count)
            let from = min(max(0, start - window.lowerBound), last)
            let to = min(max(0, end - window.lowerBound), last)
            return Mark(start: from, end: max(to, from + 1), text: text, isPrimary: isPrimary)
        }
    }

    let severity: Severity
    let style: Style
    /// The columns that words have; nil: as many as they take.
    let room: Int?

    /// The marks with the words of the last, then the words of the others, right to left.
    func rows(_ marks: [Mark], in window: Range<Int>) -> [String] {
        let shifted = marks.map { $0.seen(in: window) }
        guard let last = shifted.last else { return [] }
        var row = Row()
        // The primary marks are put down last, so that they show where marks lie on each other.
        for mark in shifted.filter({ !$0.isPrimary }) + shifted.filter(\.isPrimary) {
            row.put(String(repeating: mark.sign, count: mark.end - mark.start), at: mark.start, role(mark))
        }
        let inline =
            !last.text.isEmpty && shifted.dropLast().allSatisfy { $0.end <= last.end } && fits(last.text, last.end + 1)
        if inline { row.put(last.text, at: last.end + 1, role(last)) }
        var result = [row.rendered(style)]
        var hanging = (inline ? Array(shifted.dropLast()) : shifted).filter { !$0.text.isEmpty }
        if !hanging.isEmpty { result.append(connectors(hanging).rendered(style)) }
        while let mark = hanging.popLast() {
            let start = column(mark)
            let lines = room.map { WordWrap.lines(mark.text, first: $0 - start, rest: $0 - start) } ?? [mark.text]
            for line in lines {
                var row = connectors(hanging.filter { $0.start < start })
                row.put(line, at: start, role(mark))
                result.append(row.rendered(style))
            }
        }
        return result
    }

    private func fits(_ text: String, _ column: Int) -> Bool {
        room.map { column + text.utf8.count <= $0 || column + DisplayWidth.of(text) <= $0 } ?? true
    }

    /// Where the words of a mark start: under it, or as far to the left as they need to be read with ease.
    private func column(_ mark: Mark) -> Int {
        guard let room, !fits(mark.text, mark.start) else { return mark.start }
        let wanted = min(DisplayWidth.of(mark.text), max(30, room / 2))
        return max(0, min(mark.start, room - wanted))
    }

    private func connectors(_ marks: [Mark]) -> Row {
        var row = Row()
        for mark in marks { row.put("|", at: mark.start, role(mark)) }
        return row
    }

    private func role(_ mark: Mark) -> Style.Role { mark.isPrimary ? severity.role : .gutter }
}
