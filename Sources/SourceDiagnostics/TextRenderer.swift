/// Turns diagnostics into text for people, in the layout of rustc.
package struct TextRenderer: Sendable {
    /// How the text is to look.
    package struct Options: Sendable {
        /// With or without colours.
        package var style: Style
        /// The columns of the terminal; longer source lines are clipped around their marks.
        package var width: Int
        /// Whether words are wrapped to the width, as a terminal wants it; else each message stays in its line.
        package var wrapsWords = false
        /// What stands for the parts of a line that are left out.
        package var ellipsis = "…"
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
        result += rest(limit)
        let summary = DiagnosticSummary(diagnostics).line(ofFiles: options.totalFiles)
        return summary.isEmpty ? result : result + closing(summary)
    }

    /// What is not shown, counted, ending with an empty line; nothing where all was shown.
    func rest(_ limit: DiagnosticLimit) -> String {
        let lines = limit.lines()
            .flatMap { line -> [String] in
                guard options.wrapsWords else { return [line] }
                let lines = WordWrap.lines(line, first: options.width, rest: options.width - 4)
                return lines.prefix(1) + lines.dropFirst().map { "    " + $0 }
            }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
    }

    /// The line that counts, ending with a line break.
    func closing(_ summary: String) -> String {
        let lines = options.wrapsWords ? WordWrap.lines(summary, first: options.width, rest: options.width) : [summary]
        return lines.map { options.style.paint($0, .strong) + "\n" }.joined()
    }

    /// One diagnostic, ending with a line break.
    package func renderOne(_ diagnostic: Diagnostic) -> String {
        let style = options.style
        var lines = head(diagnostic)
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
        for note in diagnostic.notes { lines += remark("note", note, indent) }
        for (help, fix) in zip(diagnostic.help, fixes) {
            lines += remark("help", help.text, indent)
            lines += fix.lines(digits: digits)
            if let refusal = help.refusal { lines += remark("note", "not mended by --fix: \(refusal)", indent) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The line that says what is wrong.
    private func head(_ diagnostic: Diagnostic) -> [String] {
        let style = options.style
        let word = "\(diagnostic.severity.rawValue)[\(diagnostic.code.id)]"
        let lines = wrapped(Escaping.visible(diagnostic.message), word.utf8.count + 2)
        return [style.paint(word, diagnostic.severity.role) + style.paint(": " + lines.text[0], .strong)]
            + lines.text.dropFirst().map { lines.indent + style.paint($0, .strong) }
    }

    private func remark(_ word: String, _ text: String, _ indent: String) -> [String] {
        let style = options.style
        let lines = wrapped(Escaping.visible(text), indent.utf8.count + word.utf8.count + 5)
        return [style.paint(indent + " = ", .gutter) + style.paint(word + ": ", .strong) + lines.text[0]]
            + lines.text.dropFirst().map { lines.indent + $0 }
    }

    /// A text behind the first `column` columns of a line, never empty, and what stands in front of its other lines.
    private func wrapped(_ text: String, _ column: Int) -> (text: [String], indent: String) {
        guard options.wrapsWords, column + text.utf8.count > options.width else { return ([text], "") }
        // Where little room is left, the other lines go to the left.
        let hang = options.width - column < 30 ? 4 : column
        let lines = WordWrap.lines(text, first: max(10, options.width - column), rest: max(10, options.width - hang))
        return (lines, String(repeating: " ", count: hang))
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
