/// The part of one file that a diagnostic shows: lines with marks under them.
struct Excerpt {
    private let file: SourceFile
    private let labels: [(label: Label, isPrimary: Bool)]
    private let severity: Severity
    private let options: TextRenderer.Options

    init(
        file: SourceFile,
        labels: [(label: Label, isPrimary: Bool)],
        severity: Severity,
        options: TextRenderer.Options
    ) {
        self.file = file
        self.labels = labels
        self.severity = severity
        self.options = options
    }

    private var style: Style { options.style }

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
        let focus = (entries.first(where: \.isPrimary) ?? entries.first).map { Int($0.label.range.start) }
        let hidden = hidden(bounds, entries)
        let near = min(focus ?? bounds.lowerBound, bounds.upperBound)
        let layout = ExcerptLine(file: file, range: bounds, focus: near, tabWidth: options.tabWidth, hidden: hidden)
        let marks = entries.map { mark($0, bounds, hidden, layout) }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        let room = max(20, options.width - digits - 3)
        let window = window(layout, marks, room)
        let number = String(line)
        let gutter = style.paint(String(repeating: " ", count: digits - number.count) + number + " |", .gutter)
        let text = layout.text(in: window, ellipsis: options.ellipsis)
        var result = [text.isEmpty ? gutter : gutter + " " + text]
        let empty = style.paint(String(repeating: " ", count: digits) + " |", .gutter)
        let rows = MarkRows(severity: severity, style: style, room: options.wrapsWords ? room : nil)
        for row in rows.rows(marks, in: window) { result.append(empty + " " + row) }
        return result
    }

    /// The parts of a line that are not to be shown, in order.
    private func hidden(_ bounds: Range<Int>, _ entries: [(label: Label, isPrimary: Bool)]) -> [Range<Int>] {
        let marked = entries.filter(\.label.isSensitive)
            .map { min(Int($0.label.range.start), bounds.upperBound)..<bounds.upperBound }
        let found = SecretLine.hidden(file, bounds)
        return marked.isEmpty ? found : SecretLine.merged(marked + found)
    }

    private func mark(
        _ entry: (label: Label, isPrimary: Bool),
        _ bounds: Range<Int>,
        _ hidden: [Range<Int>],
        _ layout: ExcerptLine
    ) -> MarkRows.Mark {
        // What is hidden is one thing: a mark inside says neither where it starts nor how long it is.
        let first = Int(entry.label.range.start)
        let start = layout.column(of: hidden.first { $0.contains(first) }?.lowerBound ?? first)
        // A range of several lines is marked to the end of its first.
        let last = min(Int(entry.label.range.end), bounds.upperBound)
        let around = hidden.first { $0.lowerBound < last && last < $0.upperBound }
        let end = layout.column(of: around?.upperBound ?? last)
        return MarkRows.Mark(
            start: start,
            end: max(start + 1, end),
            text: Escaping.visible(entry.label.text ?? ""),
            isPrimary: entry.isPrimary
        )
    }

    private func window(_ layout: ExcerptLine, _ marks: [MarkRows.Mark], _ room: Int) -> Range<Int> {
        guard layout.width > room else { return 0..<layout.width }
        guard let focus = (marks.first { $0.isPrimary } ?? marks.first) else { return 0..<(room - 1) }
        let ellipsis = DisplayWidth.of(options.ellipsis)
        return LineWindow.around(focus.start..<focus.end, of: layout.width, room: room, ellipsis: ellipsis)
    }
}
