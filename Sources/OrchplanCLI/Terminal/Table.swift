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

    private static let gap = 2

    /// The heading and the rows.
    package func lines(_ format: ViewFormat) -> [StyledText] {
        let fitted = widths(format.width.map { $0 - indent })
        var lines: [StyledText] = []
        if columns.contains(where: { !$0.title.isEmpty }) {
            lines.append(line(columns.map { StyledText($0.title, .dim) }, fitted, format))
        }
        return lines + rows.map { line($0, fitted, format) }
    }

    /// Which columns there is room for; columns without a single cell count as shown.
    package func shows(_ format: ViewFormat) -> [Bool] {
        let fitted = widths(format.width.map { $0 - indent })
        return columns.indices.map { index in fitted[index] != nil || rows.allSatisfy { $0[index].isEmpty } }
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

    /// The width of every column; nil: left out, as are columns without a single cell that are not required.
    private func widths(_ room: Int?) -> [Int?] {
        var widths = columns.indices.map { index -> Int? in
            let widest = rows.map { $0[index].width }.max() ?? 0
            if widest == 0, columns[index].priority != nil { return nil }
            return max(widest, StyledText(columns[index].title).width)
        }
        guard let room else { return widths }
        let natural = widths
        while excess(widths, room) > 0 {
            let droppable = columns.indices.filter { widths[$0] != nil && columns[$0].priority != nil }
            let least = droppable.min { priority($0) < priority($1) }
            // The least important column may shrink to its minimum before it goes. The others keep most of their
            // width (names, which are known by their ends, half of it) as long as anything less important is there.
            let floors = columns.indices.map { index in
                let full = natural[index] ?? 0
                return least == nil || index == least
                    ? floor(index, full) : max(floor(index, full), full * (columns[index].cutsMiddle ? 2 : 3) / 4)
            }
            if shrink(&widths, to: floors, by: excess(widths, room)) { return widths }
            guard let least else {
                return columns.indices.map { index in widths[index].map { min($0, floors[index]) } }
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

    /// Takes `excess` from the columns that may shrink, names first, then the widest.
    ///
    /// False and unchanged when that is not enough.
    private func shrink(_ widths: inout [Int?], to floors: [Int], by excess: Int) -> Bool {
        func slack(_ index: Int) -> Int { max(0, (widths[index] ?? 0) - floors[index]) }
        guard columns.indices.reduce(0, { $0 + slack($1) }) >= excess else { return false }
        for _ in 0..<excess {
            let shrinking = columns.indices.filter { slack($0) > 0 }
            let names = shrinking.filter { columns[$0].cutsMiddle }
            let candidates = names.isEmpty ? shrinking : names
            guard let widest = candidates.max(by: { (widths[$0] ?? 0) < (widths[$1] ?? 0) }) else { return true }
            widths[widest] = widths[widest].map { $0 - 1 }
        }
        return true
    }

    /// The least width of a column whose cells and title need `full`.
    private func floor(_ index: Int, _ full: Int) -> Int {
        guard let minimum = columns[index].minimum else { return full }
        return min(full, max(minimum, StyledText(columns[index].title).width))
    }
}
