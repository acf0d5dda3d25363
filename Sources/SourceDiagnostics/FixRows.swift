/// Lays out a line that a fix made, in rows of a terminal: all of what is put in, and as much around it as there is room.
struct FixRows {
    /// Bytes of the line that are new, and the sign that stands under them.
    struct Span {
        let bytes: Range<Int>
        let sign: Character
    }

    struct Row {
        var text: String
        var marks: SourceDiagnostics.Row
    }

    let options: TextRenderer.Options
    let room: Int
    /// A text of more rows is no preview any more: its middle is left out.
    private static let mostRows = 12

    private struct Window {
        var columns: Range<Int>
        var edges: Set<ExcerptLine.Edge> = [.head, .tail]
    }

    func rows(of file: SourceFile, _ spans: [Span]) -> [Row] {
        let layout = ExcerptLine(
            file: file,
            range: 0..<file.count,
            focus: spans.first?.bytes.lowerBound ?? 0,
            tabWidth: options.tabWidth,
            reach: 1 << 16
        )
        let columns = spans.map { span in
            let from = layout.column(of: span.bytes.lowerBound)
            return (range: from..<max(from + 1, layout.column(of: span.bytes.upperBound)), sign: span.sign)
        }
        if layout.width <= room { return [row(layout, Window(columns: 0..<layout.width), columns)] }
        let windows = groups(columns.map(\.range)).flatMap { self.windows(around: $0, layout) }
        guard windows.count > Self.mostRows else { return windows.map { row(layout, $0, columns) } }
        let half = Self.mostRows / 2
        let middle = Row(text: options.ellipsis, marks: SourceDiagnostics.Row())
        return windows.prefix(half).map { row(layout, $0, columns) } + [middle]
            + windows.suffix(half).map { row(layout, $0, columns) }
    }

    /// Stretches that are near enough to be seen together.
    private func groups(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        for range in ranges {
            if let last = groups.last, range.upperBound - last.lowerBound + 8 <= room {
                groups[groups.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                groups.append(range)
            }
        }
        return groups
    }

    /// The rows that show a stretch whole.
    private func windows(around range: Range<Int>, _ layout: ExcerptLine) -> [Window] {
        let ellipsis = DisplayWidth.of(options.ellipsis)
        if range.count + 2 * ellipsis + 6 <= room {
            return [Window(columns: LineWindow.around(range, of: layout.width, room: room, ellipsis: ellipsis))]
        }
        // A few columns in front tell where it belongs; the sign of what is left out takes some of them.
        var start = range.lowerBound <= 8 ? 0 : layout.cut(atMost: range.lowerBound - 8)
        let end = min(layout.width, range.upperBound + 2 * ellipsis)
        var windows: [Window] = []
        while start < end {
            let most = start + room - ellipsis
            let next = min(end, max(most >= end ? end : layout.cut(atMost: most, best: start + room / 2), start + 1))
            windows.append(Window(columns: start..<next, edges: windows.isEmpty ? [.head] : []))
            start = next
        }
        if !windows.isEmpty { windows[windows.count - 1].edges.insert(.tail) }
        return windows
    }

    private func row(_ layout: ExcerptLine, _ window: Window, _ spans: [(range: Range<Int>, sign: Character)]) -> Row {
        var marks = SourceDiagnostics.Row()
        let shown = window.columns
        let limit = shown.upperBound == layout.width ? .max : shown.upperBound
        for span in spans {
            let from = max(span.range.lowerBound, shown.lowerBound)
            let to = min(span.range.upperBound, limit)
            guard from < to else { continue }
            marks.put(String(repeating: span.sign, count: to - from), at: from - shown.lowerBound, .added)
        }
        return Row(text: layout.text(in: shown, ellipsis: options.ellipsis, edges: window.edges), marks: marks)
    }
}
