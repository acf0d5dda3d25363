/// Turns diagnostics into text for people, in the layout of rustc.
package struct TextRenderer: Sendable {
    /// How the text is to look.
    package struct Options: Sendable {
        /// With or without colours.
        package var style: Style
        /// The columns of the terminal; longer source lines are clipped around their marks.
        package var width: Int
        /// The distance of tab stops.
        package var tabWidth: Int
        /// How many errors, and how many warnings, are shown; the rest is counted.
        package var limit: Int
        /// How many files were looked at, for the closing line.
        package var totalFiles: Int?

        /// The options with these parts.
        package init(
            style: Style = .plain,
            width: Int = 120,
            tabWidth: Int = 4,
            limit: Int = 50,
            totalFiles: Int? = nil
        ) {
            self.style = style
            self.width = width
            self.tabWidth = tabWidth
            self.limit = limit
            self.totalFiles = totalFiles
        }
    }

    private let options: Options
    private let sources: SourceMap

    /// A renderer of diagnostics whose ranges are in `sources`.
    package init(_ sources: SourceMap, options: Options = Options()) {
        self.sources = sources
        self.options = options
    }

    /// All diagnostics in the order of files and lines, and a line that counts them; empty when there are none.
    package func render(_ diagnostics: [Diagnostic]) -> String {
        var result = ""
        var limit = DiagnosticLimit(options.limit)
        for diagnostic in sources.sorted(diagnostics) where limit.admits(diagnostic) {
            result += renderOne(diagnostic) + "\n"
        }
        let rest = limit.lines()
        if !rest.isEmpty { result += rest.joined(separator: "\n") + "\n\n" }
        let summary = DiagnosticSummary(diagnostics).line(ofFiles: options.totalFiles)
        return summary.isEmpty ? result : result + options.style.paint(summary, .strong) + "\n"
    }

    /// One diagnostic, ending with a line break.
    package func renderOne(_ diagnostic: Diagnostic) -> String {
        let style = options.style
        let head = style.paint("\(diagnostic.severity.rawValue)[\(diagnostic.code.id)]", diagnostic.severity.role)
        var lines = [head + style.paint(": " + Escaping.visible(diagnostic.message), .strong)]
        let groups = grouped(diagnostic)
        let fixes = diagnostic.help.map { FixExcerpt($0, sources: sources, options: options) }
        let digits = String((groups.map(\.excerpt.lastLine) + fixes.map(\.lastLine)).max() ?? 1).count
        let indent = String(repeating: " ", count: digits)
        for (index, group) in groups.enumerated() {
            let arrow = style.paint(indent + (index == 0 ? "--> " : "::: "), .gutter)
            lines.append(arrow + (sources.place(of: group.place) ?? ""))
            lines += group.excerpt.lines(digits: digits)
        }
        if !groups.isEmpty, !(diagnostic.notes.isEmpty && diagnostic.help.isEmpty) {
            lines.append(style.paint(indent + " |", .gutter))
        }
        lines += diagnostic.notes.map { remark("note", $0, indent) }
        for (help, fix) in zip(diagnostic.help, fixes) {
            lines.append(remark("help", help.text, indent))
            lines += fix.lines(digits: digits)
            if let refusal = help.refusal { lines.append(remark("note", "not mended by --fix: \(refusal)", indent)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func remark(_ word: String, _ text: String, _ indent: String) -> String {
        let style = options.style
        return style.paint(indent + " = ", .gutter) + style.paint(word + ": ", .strong) + Escaping.visible(text)
    }

    /// The labels by file, the file of the primary one first, and the place that is named above each excerpt.
    private func grouped(_ diagnostic: Diagnostic) -> [(place: SourceRange, excerpt: Excerpt)] {
        var labels: [(label: Label, isPrimary: Bool)] = diagnostic.secondary.map { ($0, false) }
        if let primary = diagnostic.primary { labels.insert((primary, true), at: 0) }
        var order: [SourceID] = []
        for entry in labels where !order.contains(entry.label.range.file) { order.append(entry.label.range.file) }
        return order.compactMap { id in
            let own = labels.filter { $0.label.range.file == id }
            guard let file = sources[id], let first = own.first else { return nil }
            let excerpt = Excerpt(file: file, labels: own, severity: diagnostic.severity, options: options)
            return (first.label.range, excerpt)
        }
    }
}
