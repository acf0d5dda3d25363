/// The part of one file that a diagnostic shows: lines with marks under them.
struct Excerpt {
    private struct Mark {
        let start: Int
        let end: Int
        let text: String
        let isPrimary: Bool

        var role: Character { isPrimary ? "^" : "-" }
    }

    private let file: SourceFile
    private let labels: [(label: Label, isPrimary: Bool)]
    private let severity: Severity
    private let style: Style
    private let width: Int
    private let tabWidth: Int

    init(
        file: SourceFile,
        labels: [(label: Label, isPrimary: Bool)],
        severity: Severity,
        options: TextRenderer.Options
    ) {
        self.file = file
        self.labels = labels
        self.severity = severity
        style = options.style
        width = options.width
        tabWidth = max(1, options.tabWidth)
    }

    /// The largest line number that is shown.
    var lastLine: Int { labels.map { file.position(at: $0.label.range.start).line }.max() ?? 1 }

    /// The lines of the excerpt, each starting with the gutter of `digits` digits.
    func lines(digits: Int) -> [String] {
        var byLine: [Int: [(label: Label, isPrimary: Bool)]] = [:]
        for entry in labels { byLine[file.position(at: entry.label.range.start).line, default: []].append(entry) }
        let empty = style.paint(String(repeating: " ", count: digits) + " |", .gutter)
        var result = [empty]
        var last: Int?
        for line in byLine.keys.sorted() {
            if let last, line == last + 2 {
                result += source(last + 1, digits: digits, entries: [])
            } else if let last, line > last + 2 {
                result.append(style.paint("...", .gutter))
            }
            result += source(line, digits: digits, entries: byLine[line] ?? [])
            last = line
        }
        return result
    }

    private func source(_ line: Int, digits: Int, entries: [(label: Label, isPrimary: Bool)]) -> [String] {
        let bounds = file.lineRange(line)
        let first = entries.map { Int($0.label.range.start) }.min() ?? bounds.lowerBound
        let hidden = hiddenStart(bounds, entries)
        let shown = bounds.lowerBound..<(hidden ?? bounds.upperBound)
        var layout = ExcerptLine(file: file, range: shown, focus: min(first, shown.upperBound), tabWidth: tabWidth)
        if let hidden { layout.hide(from: hidden) }
        let marks = entries.map { mark($0, bounds, hidden, layout) }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        let window = window(layout, marks, room: max(20, width - digits - 3))
        let number = String(line)
        let gutter = style.paint(String(repeating: " ", count: digits - number.count) + number + " |", .gutter)
        let text = layout.text(in: window)
        var result = [text.isEmpty ? gutter : gutter + " " + text]
        let empty = style.paint(String(repeating: " ", count: digits) + " |", .gutter)
        for row in rows(marks, shift: window.lowerBound) { result.append(empty + " " + row) }
        return result
    }

    /// Where the part of a line starts that is not to be shown; nil: all of it may be.
    private func hiddenStart(_ bounds: Range<Int>, _ entries: [(label: Label, isPrimary: Bool)]) -> Int? {
        let marked = entries.filter(\.label.isSensitive).map { Int($0.label.range.start) }
        return (marked + [SecretLine.hiddenStart(file, bounds)].compactMap(\.self)).min()
    }

    private func mark(
        _ entry: (label: Label, isPrimary: Bool),
        _ bounds: Range<Int>,
        _ hidden: Int?,
        _ layout: ExcerptLine
    ) -> Mark {
        // What is hidden is one thing: a mark inside says neither where it starts nor how long it is.
        let hidden = hidden ?? .max
        let start = layout.column(of: min(Int(entry.label.range.start), hidden))
        // A range of several lines is marked to the end of its first.
        let last = min(Int(entry.label.range.end), bounds.upperBound)
        let end = last > hidden ? layout.width : layout.column(of: last)
        return Mark(
            start: start,
            end: max(start + 1, end),
            text: Escaping.visible(entry.label.text ?? ""),
            isPrimary: entry.isPrimary
        )
    }

    private func window(_ layout: ExcerptLine, _ marks: [Mark], room: Int) -> Range<Int> {
        guard layout.width > room else { return 0..<layout.width }
        let focus = (marks.first { $0.isPrimary } ?? marks.first)
        guard let focus, focus.end + 4 > room else { return 0..<room - 3 }
        let length = min(focus.end - focus.start, room / 2)
        let start = max(0, min(focus.start - (room - length) / 2, layout.width - room + 3))
        return start..<min(layout.width, start + room - 3)
    }

    /// The rows under a line: the marks with the words of the last, then the words of the others, right to left.
    private func rows(_ marks: [Mark], shift: Int) -> [String] {
        let shifted = marks.compactMap { mark -> Mark? in
            let start = max(mark.start - shift, mark.start < shift ? 0 : mark.start - shift)
            let end = min(mark.end - shift, start + max(width, 1))
            guard end > 0 else { return nil }
            return Mark(start: start, end: max(end, start + 1), text: mark.text, isPrimary: mark.isPrimary)
        }
        guard let last = shifted.last else { return [] }
        var row = Row()
        // The primary marks are put down last, so that they show where marks lie on each other.
        for mark in shifted.filter({ !$0.isPrimary }) + shifted.filter(\.isPrimary) {
            row.put(String(repeating: mark.role, count: mark.end - mark.start), at: mark.start, role(mark))
        }
        let inline = !last.text.isEmpty && shifted.dropLast().allSatisfy { $0.end <= last.end }
        if inline { row.put(last.text, at: last.end + 1, role(last)) }
        var result = [row.rendered(style)]
        var hanging = (inline ? Array(shifted.dropLast()) : shifted).filter { !$0.text.isEmpty }
        if !hanging.isEmpty { result.append(connectors(hanging).rendered(style)) }
        while let mark = hanging.popLast() {
            var row = connectors(hanging.filter { $0.start < mark.start })
            row.put(mark.text, at: mark.start, role(mark))
            result.append(row.rendered(style))
        }
        return result
    }

    private func connectors(_ marks: [Mark]) -> Row {
        var row = Row()
        for mark in marks { row.put("|", at: mark.start, role(mark)) }
        return row
    }

    private func role(_ mark: Mark) -> Style.Role { mark.isPrimary ? severity.role : .gutter }
}
