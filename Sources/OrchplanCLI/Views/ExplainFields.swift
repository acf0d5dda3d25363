import Manifests

/// The fields of a record: in columns where the width allows it, else one below the other; nothing is ever cut.
struct ExplainFields {
    private struct Cell {
        var name: StyledText
        var type: StyledText
        var standard: StyledText
        var meaning: StyledText
    }

    private let cells: [Cell]

    init(_ fields: [FieldInfo]) {
        cells = fields.map { field in
            Cell(
                name: StyledText("\(field.name)", .bold),
                type: StyledText(field.type.text, .cyan),
                standard: field.isRequired ? StyledText("required", .yellow) : StyledText(field.defaultText ?? ""),
                meaning: StyledText(field.doc)
            )
        }
    }

    private static let gap = 2
    /// Narrower columns of prose are harder to read than lines below each other.
    private static let leastMeaning = 32
    /// Types are a word or a whole phrase; the phrases are broken.
    private static let widestType = 28

    func lines(_ format: ViewFormat) -> [StyledText] {
        let widths = [
            column("FIELD", cells.map(\.name.width)), typeWidth(format),
            column("DEFAULT", cells.map(\.standard.width)),
        ]
        let before = widths.reduce(0) { $0 + $1 + Self.gap } + Self.gap
        guard let width = format.width else { return columns(widths, meaning: nil) }
        return width - before < Self.leastMeaning ? stacked(width) : columns(widths, meaning: width - before)
    }

    private func column(_ title: String, _ widths: [Int]) -> Int { max(title.utf8.count, widths.max() ?? 0) }

    /// As wide as the widest type, where there is a width no wider than fits, and never narrower than a word.
    private func typeWidth(_ format: ViewFormat) -> Int {
        let full = column("TYPE", cells.map(\.type.width))
        guard format.width != nil else { return full }
        let words = cells.flatMap { $0.type.plain.split(separator: " ").map { StyledText(String($0)).width } }
        return min(full, max(Self.widestType, words.max() ?? 0))
    }

    private func columns(_ widths: [Int], meaning: Int?) -> [StyledText] {
        let titles = zip(["FIELD", "TYPE", "DEFAULT"], widths).map { StyledText($0, .dim).padded(to: $1 + Self.gap) }
        var lines = [.spaces(Self.gap) + titles[0] + titles[1] + titles[2] + StyledText("MEANING", .dim)]
        for cell in cells {
            let columns = [[cell.name], cell.type.wrapped(to: widths[1]), [cell.standard]]
            let prose = cell.meaning.wrapped(to: meaning)
            for row in 0..<max(columns[1].count, prose.count) {
                var line = StyledText.spaces(Self.gap)
                for (index, column) in columns.enumerated() {
                    line += (row < column.count ? column[row] : StyledText()).padded(to: widths[index] + Self.gap)
                }
                if row < prose.count { line += prose[row] }
                lines.append(line.trimmed)
            }
        }
        return lines
    }

    private func stacked(_ width: Int) -> [StyledText] {
        cells.flatMap { cell -> [StyledText] in
            var head: StyledText = "  \(cell.name)  \(cell.type)"
            if cell.standard.plain == "required" {
                head += "  " + cell.standard
            } else if !cell.standard.isEmpty {
                head += "  \("default", .dim) " + cell.standard
            }
            return head.wrapped(to: width, indent: 6) + ("      " + cell.meaning).wrapped(to: width, indent: 6)
        }
    }
}
