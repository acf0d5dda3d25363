/// A table without borders that fits the width it gets: columns shrink, then the least important are left out.
package struct Table: Sendable {
    /// One column.
    package struct Column: Sendable {
        package var title: String
        /// Whether its cells stand at the right end: numbers.
        package var isRight: Bool
        /// The lower, the sooner it is left out; nil: never.
        package var priority: Int?
        /// Down to how many columns its cells may be cut; nil: they are not cut.
        package var minimum: Int?
        /// Whether a cut takes the middle, for names whose ends tell them apart.
        package var cutsMiddle: Bool

        package init(
            _ title: String,
            right: Bool = false,
            priority: Int? = nil,
            minimum: Int? = nil,
            cutsMiddle: Bool = false
        ) {
            self.title = title
            isRight = right
            self.priority = priority
            self.minimum = minimum
            self.cutsMiddle = cutsMiddle
        }
    }

    package var columns: [Column]
    package private(set) var rows: [[StyledText]] = []
    /// Spaces before the first column.
    package var indent: Int

    package init(_ columns: [Column], indent: Int = 0) {
        self.columns = columns
        self.indent = indent
    }

    /// Adds a row; missing cells are empty, those beyond the last column are dropped.
    package mutating func add(_ cells: [StyledText]) {
        let kept = cells.prefix(columns.count)
        rows.append(kept + Array(repeating: StyledText(), count: columns.count - kept.count))
    }

    private static let gap = 3

    /// The heading and the rows.
    package func lines(_ format: ViewFormat) -> [StyledText] {
        let fitted = widths(format.width.map { $0 - indent })
        var lines: [StyledText] = []
        if columns.contains(where: { !$0.title.isEmpty }) {
            lines.append(line(columns.map { StyledText($0.title, .dim) }, fitted, format))
        }
        return lines + rows.map { line($0, fitted, format) }
    }

    private func line(_ cells: [StyledText], _ widths: [Int?], _ format: ViewFormat) -> StyledText {
        var result = StyledText.spaces(indent)
        var isFirst = true
        for (index, cell) in cells.enumerated() {
            guard let width = widths[index] else { continue }
            if !isFirst { result += .spaces(Self.gap) }
            isFirst = false
            let ellipsis = format.glyphs.ellipsis
            let cut =
                columns[index].cutsMiddle
                ? cell.clippedInMiddle(to: width, ellipsis: ellipsis) : cell.clipped(to: width, ellipsis: ellipsis)
            result += cut.padded(to: width, right: columns[index].isRight)
        }
        return result.trimmed
    }

    /// The width of every column; nil: left out. Columns without a single cell are left out too.
    private func widths(_ room: Int?) -> [Int?] {
        var widths = columns.indices.map { index -> Int? in
            let widest = rows.map { $0[index].width }.max() ?? 0
            if widest == 0, columns[index].priority != nil { return nil }
            return max(widest, StyledText(columns[index].title).width)
        }
        guard let room else { return widths }
        while excess(widths, room) > 0 {
            if shrink(&widths, by: excess(widths, room)) { return widths }
            let droppable = columns.indices.filter { widths[$0] != nil && columns[$0].priority != nil }
            guard let least = droppable.min(by: { priority($0) < priority($1) }) else {
                return shrunk(widths)
            }
            widths[least] = nil
        }
        return widths
    }

    private func priority(_ index: Int) -> Int { columns[index].priority ?? .max }

    private func excess(_ widths: [Int?], _ room: Int) -> Int {
        let shown = widths.compactMap { $0 }
        return shown.reduce(0, +) + Self.gap * max(0, shown.count - 1) - room
    }

    /// Takes `excess` from the columns that may shrink, widest first; false and unchanged when that is not enough.
    private func shrink(_ widths: inout [Int?], by excess: Int) -> Bool {
        let spare = columns.indices.reduce(0) { $0 + slack(widths, $1) }
        guard spare >= excess else { return false }
        for _ in 0..<excess {
            let candidates = columns.indices.filter { slack(widths, $0) > 0 }
            guard let widest = candidates.max(by: { (widths[$0] ?? 0) < (widths[$1] ?? 0) }) else { return true }
            widths[widest] = widths[widest].map { $0 - 1 }
        }
        return true
    }

    private func shrunk(_ widths: [Int?]) -> [Int?] {
        widths.indices.map { index in widths[index].map { $0 - slack(widths, index) } }
    }

    private func slack(_ widths: [Int?], _ index: Int) -> Int {
        guard let width = widths[index], let minimum = columns[index].minimum else { return 0 }
        return max(0, width - max(minimum, StyledText(columns[index].title).width))
    }
}
