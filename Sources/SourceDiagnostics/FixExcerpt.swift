/// What a fix makes of the lines that it touches, as it is shown below its title.
///
/// A change within one line is shown as the new line, with `~` under what is replaced and `+` under what is new; any
/// other as lines with `-` and `+` in front. Nothing of what is put in is cut off by the edge of a terminal.
struct FixExcerpt {
    private let file: SourceFile?
    private let edits: [TextEdit]
    private let options: TextRenderer.Options
    /// Of more lines that go, and of more lines that many edits change, the others are counted.
    private static let mostLines = 8
    /// The same of lines that one edit puts in.
    private static let mostInserted = 40

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
        guard (from...to).allSatisfy({ SecretLine.hidden(file, file.lineRange($0)).isEmpty }) else { return [] }
        let after = TextEdit.applied(edits, to: file, in: span)
        // A line break of two bytes is one character, which is not the same as one of one byte.
        let isLine = from == to && !after.utf8.contains(0x0A) && !edits.contains { $0.replacement.isEmpty }
        guard isLine else { return changed(file, from, to, after, digits) }
        return marked(file, from, after, digits)
    }

    private func marked(_ file: SourceFile, _ line: Int, _ after: String, _ digits: Int) -> [String] {
        let shown = SourceFile(path: file.path, text: after)
        var spans: [FixRows.Span] = []
        var shift = -file.lineRange(line).lowerBound
        for edit in edits {
            let start = Int(edit.range.start) + shift
            let end = start + edit.replacement.utf8.count
            spans.append(FixRows.Span(bytes: start..<end, sign: edit.range.isEmpty ? "+" : "~"))
            shift += edit.replacement.utf8.count - Int(edit.range.end - edit.range.start)
        }
        var number: Int? = line
        return FixRows(options: options, room: room(digits)).rows(of: shown, spans)
            .flatMap { row in
                defer { number = nil }
                return [
                    gutter(number, "|", digits) + row.text,
                    gutter(nil, "|", digits) + row.marks.rendered(options.style),
                ]
            }
    }

    private func room(_ digits: Int) -> Int { max(20, options.width - digits - 3) }

    private func changed(_ file: SourceFile, _ from: Int, _ to: Int, _ after: String, _ digits: Int) -> [String] {
        var before = (from...to).map { file.text(in: file.lineRange($0)) }
        // What a line ends with is no part of it.
        var now = after.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
        var number = from
        while let old = before.first, let new = now.first, old == new {
            before.removeFirst()
            now.removeFirst()
            number += 1
        }
        while let old = before.last, let new = now.last, old == new {
            before.removeLast()
            now.removeLast()
        }
        // What one edit puts in is shown to its end; of many edits a few tell what the others are like.
        let most = edits.count == 1 ? Self.mostInserted : Self.mostLines
        let pairs = zip(before, now).map { LineChange($0, $1) }
        let isPaired = before.count == now.count
        var result: [String] = []
        for (index, text) in before.prefix(Self.mostLines).enumerated() {
            let focus = isPaired ? pairs[index].old : 0..<0
            result += rows(text, focus, "-", number + index, digits)
        }
        result += rest(before.count - Self.mostLines, "-", digits)
        for (index, text) in now.prefix(most).enumerated() {
            let focus = isPaired ? pairs[index].new : 0..<text.utf8.count
            result += rows(text, focus, "+", number + index, digits)
        }
        return result + rest(now.count - most, "+", digits)
    }

    /// A line that goes or comes, in as many rows as what differs in it takes; of one that goes the first is enough.
    private func rows(_ text: String, _ focus: Range<Int>, _ sign: String, _ line: Int, _ digits: Int) -> [String] {
        let file = SourceFile(path: "", text: text)
        let all = FixRows(options: options, room: room(digits)).rows(of: file, [FixRows.Span(bytes: focus, sign: " ")])
        var number: Int? = line
        return (sign == "-" ? all.prefix(1) : all[...])
            .map { row in
                defer { number = nil }
                return gutter(number, sign, digits) + options.style.paint(row.text, sign == "-" ? .removed : .added)
            }
    }

    private func rest(_ count: Int, _ sign: String, _ digits: Int) -> [String] {
        guard count > 0 else { return [] }
        return [gutter(nil, sign, digits) + "\(options.ellipsis) \(count) more line\(count == 1 ? "" : "s")"]
    }

    private func gutter(_ line: Int?, _ sign: String, _ digits: Int) -> String {
        let number = line.map(String.init) ?? ""
        let role: Style.Role = sign == "-" ? .removed : sign == "+" ? .added : .gutter
        let space = String(repeating: " ", count: max(0, digits - number.count))
        return options.style.paint("\(space)\(number) ", .gutter) + options.style.paint(sign, role) + " "
    }
}

/// What differs between a line and what becomes of it, in bytes of each.
private struct LineChange {
    let old: Range<Int>
    let new: Range<Int>

    init(_ old: String, _ new: String) {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        let same = zip(old, new).prefix { $0 == $1 }.count
        let most = min(old.count, new.count) - same
        let tail = zip(old.reversed(), new.reversed()).prefix(most).prefix { $0 == $1 }.count
        self.old = same..<(old.count - tail)
        self.new = same..<(new.count - tail)
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
