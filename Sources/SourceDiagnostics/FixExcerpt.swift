/// What a fix makes of the lines that it touches, as it is shown below its title.
///
/// A change within one line is shown as the new line, with `~` under what is replaced and `+` under what is new; any
/// other as lines with `-` and `+` in front.
struct FixExcerpt {
    private let file: SourceFile?
    private let edits: [TextEdit]
    private let options: TextRenderer.Options
    /// Larger changes are cut.
    private static let mostLines = 8

    init(_ help: Help, sources: SourceMap, options: TextRenderer.Options) {
        let edits = help.edits.sorted { $0.range.start < $1.range.start }
        self.options = options
        self.edits = edits
        // Edits of several files would be several excerpts; no fix makes any.
        let isOne = edits.allSatisfy { $0.range.file == edits.first?.range.file }
        file = isOne ? edits.first.flatMap { sources[$0.range.file] } : nil
    }

    /// The largest line number that is shown.
    var lastLine: Int { file.flatMap { file in edits.last.map { file.position(at: $0.range.end).line } } ?? 1 }

    /// The lines, each starting with a gutter of `digits` digits.
    func lines(digits: Int) -> [String] {
        guard let file, let first = edits.first, let last = edits.last else { return [] }
        let from = file.position(at: first.range.start).line
        let to = file.position(at: last.range.end).line
        let span = file.lineRange(from).lowerBound..<file.lineRange(to).upperBound
        // What is hidden in excerpts stays hidden in what becomes of them.
        guard (from...to).allSatisfy({ SecretLine.hiddenStart(file, file.lineRange($0)) == nil }) else { return [] }
        let after = TextEdit.applied(edits, to: file, in: span)
        let isLine = from == to && !after.contains("\n") && !edits.contains { $0.replacement.isEmpty }
        guard isLine else { return changed(file, from, to, after, digits) }
        return marked(file, from, after, digits)
    }

    private func marked(_ file: SourceFile, _ line: Int, _ after: String, _ digits: Int) -> [String] {
        let shown = SourceFile(path: file.path, text: after)
        let layout = ExcerptLine(file: shown, range: 0..<shown.count, focus: 0, tabWidth: options.tabWidth)
        var row = Row()
        var shift = -file.lineRange(line).lowerBound
        for edit in edits {
            let start = Int(edit.range.start) + shift
            let end = start + edit.replacement.utf8.count
            let from = layout.column(of: start)
            let sign = edit.range.isEmpty ? "+" : "~"
            row.put(String(repeating: sign, count: max(1, layout.column(of: end) - from)), at: from, .added)
            shift += edit.replacement.utf8.count - Int(edit.range.end - edit.range.start)
        }
        let room = max(20, options.width - digits - 3)
        // Marks that do not fit into the terminal would stand under nothing.
        if layout.width > room { return [gutter(line, "+", digits) + clipped(after, room)] }
        return [
            gutter(line, "|", digits) + layout.text(in: 0..<layout.width),
            gutter(nil, "|", digits) + row.rendered(options.style),
        ]
    }

    private func changed(_ file: SourceFile, _ from: Int, _ to: Int, _ after: String, _ digits: Int) -> [String] {
        var before = (from...to).map { file.text(in: file.lineRange($0)) }
        var now = after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var number = from
        while let old = before.first, let new = now.first, old == new || old + "\r" == new {
            before.removeFirst()
            now.removeFirst()
            number += 1
        }
        while let old = before.last, let new = now.last, old == new {
            before.removeLast()
            now.removeLast()
        }
        let removed = before.enumerated().map { ("-", number + $0.offset, $0.element) }
        let added = now.enumerated().map { ("+", number + $0.offset, $0.element) }
        let room = max(20, options.width - digits - 3)
        let all = removed + added
        let lines = all.prefix(Self.mostLines)
            .map { sign, number, text in
                gutter(number, sign, digits) + options.style.paint(clipped(text, room), sign == "-" ? .removed : .added)
            }
        return all.count > Self.mostLines ? lines + [gutter(nil, "|", digits) + "..."] : lines
    }

    private func clipped(_ text: String, _ room: Int) -> String {
        let file = SourceFile(path: "", text: text)
        let layout = ExcerptLine(file: file, range: 0..<file.count, focus: 0, tabWidth: options.tabWidth)
        return layout.text(in: 0..<min(layout.width, room - 3))
    }

    private func gutter(_ line: Int?, _ sign: String, _ digits: Int) -> String {
        let number = line.map(String.init) ?? ""
        let role: Style.Role = sign == "-" ? .removed : sign == "+" ? .added : .gutter
        let space = String(repeating: " ", count: max(0, digits - number.count))
        return options.style.paint("\(space)\(number) ", .gutter) + options.style.paint(sign, role) + " "
    }
}

extension TextEdit {
    /// The text of a stretch of a file with edits made, which must lie in it, be sorted and not overlap.
    static func applied(_ edits: [TextEdit], to file: SourceFile, in span: Range<Int>) -> String {
        var result = ""
        var at = span.lowerBound
        for edit in edits {
            result += file.text(in: at..<max(at, Int(edit.range.start))) + edit.replacement
            at = max(at, Int(edit.range.end))
        }
        return result + file.text(in: at..<max(at, span.upperBound))
    }
}
