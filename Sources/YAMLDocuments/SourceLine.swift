import SourceDiagnostics

/// The line in which libyaml stopped, to say what is wrong with it.
struct SourceLine {
    let file: SourceFile
    let id: SourceID
    let offset: Int
    let start: Int
    /// The end of the line without its break and trailing blanks.
    let end: Int
    private let flows: OpenFlows

    init(file: SourceFile, id: SourceID, offset: Int, flows: OpenFlows = OpenFlows()) {
        self.file = file
        self.id = id
        self.flows = flows
        let offset = min(max(0, offset), file.count)
        self.offset = offset
        var start = offset
        while start > 0, file.base[start - 1] != 0x0A { start -= 1 }
        var end = offset
        while end < file.count, file.base[end] != 0x0A { end += 1 }
        while end > offset, file.base[end - 1] <= 0x20 { end -= 1 }
        self.start = start
        self.end = end
    }

    /// The byte at which libyaml stopped; nil at the end of the file.
    var byte: UInt8? { offset < file.count ? file.base[offset] : nil }

    /// Whether the line is `---`.
    var startsDocument: Bool { DocumentBoundaries.next(file.bytes, from: start, limit: end + 1) == start }

    func range(_ from: Int, _ to: Int) -> SourceRange {
        SourceRange(
            file: id,
            start: UInt32(truncatingIfNeeded: from),
            end: UInt32(truncatingIfNeeded: max(from, to))
        )
    }

    /// The next `count` bytes.
    func mark(_ count: Int) -> SourceRange { range(offset, min(offset + count, max(end, offset))) }

    /// All of the line from here.
    func rest() -> SourceRange { range(offset, end) }

    /// The word that starts here.
    func word() -> SourceRange {
        var to = offset
        while to < end, file.base[to] > 0x20 { to += 1 }
        return range(offset, max(to, min(offset + 1, end)))
    }

    /// The bytes of the line from `from`.
    func text(from: Int) -> UnsafeBufferPointer<UInt8>.SubSequence { file.bytes[min(from, end)..<end] }

    /// The start of the value that is written on this line: behind the first `key: ` or `- `.
    func valueStart(before limit: Int) -> Int? {
        var at = start
        while at < limit, file.base[at] == 0x20 || file.base[at] == 0x2D { at += 1 }
        while at + 1 < limit {
            if file.base[at] == UInt8(ascii: ":"), file.base[at + 1] == 0x20 {
                at += 1
                while at < limit, file.base[at] == 0x20 { at += 1 }
                return at
            }
            at += 1
        }
        return nil
    }

    /// The end of the value, before a comment.
    func valueEnd(from value: Int) -> Int {
        var to = value
        while to < end, !(file.base[to] == UInt8(ascii: "#") && file.base[to - 1] <= 0x20) { to += 1 }
        while to > value, file.base[to - 1] <= 0x20 { to -= 1 }
        return to
    }

    func tab() -> Diagnostic {
        var to = offset
        while to < file.count, file.base[to] == 0x09 { to += 1 }
        let tabs = range(offset, to)
        let indents = (start..<offset).allSatisfy { file.base[$0] <= 0x20 }
        let edits = indents ? indentingTabs() : [TextEdit(tabs, " ")]
        return Diagnostic(
            .yamlTab,
            indents ? "tab used as indentation" : "tab used where YAML wants a space",
            at: tabs,
            help: [Help("use spaces", edits: edits, applicability: indents ? .unsafe : .safe)]
        )
    }

    /// Two spaces for each tab at the start of this line and of those below it, up to the end of the document.
    private func indentingTabs() -> [TextEdit] {
        var edits: [TextEdit] = []
        var line = start
        while line < file.count {
            if line > start, DocumentBoundaries.next(file.bytes, from: line, limit: line + 4) == line { break }
            var from = line
            while from < file.count, file.base[from] == 0x20 { from += 1 }
            // Behind spaces a tab may be text of a block; in the line at fault it is not.
            if from == line || line == start {
                var to = from
                while to < file.count, file.base[to] == 0x09 { to += 1 }
                if to > from { edits.append(TextEdit(range(from, to), String(repeating: "  ", count: to - from))) }
            }
            while line < file.count, file.base[line] != 0x0A { line += 1 }
            line += 1
        }
        return edits
    }

    func nestedValue() -> Diagnostic {
        guard let value = valueStart(before: offset), value < offset else {
            if offset - start > 1024 {
                // libyaml takes no longer key, and so does not see one here.
                return Diagnostic(
                    .yamlKeyTooLong,
                    "key of \(offset - start) bytes is longer than the limit of 1024",
                    at: range(start, start + 32)
                )
            }
            return Diagnostic(
                .yamlNestedValue,
                "map is not allowed here",
                at: mark(1),
                help: [Help("check the indentation: the line above has a value already")]
            )
        }
        let place = range(value, valueEnd(from: value))
        return Diagnostic(
            .yamlNestedValue,
            "value holds `: ` and so reads as a map",
            at: place,
            help: [Help("quote the value", edits: [TextEdit(place, quoted(place))])]
        )
    }

    func reserved() -> Diagnostic {
        let isInFlow = flows.isOpen(at: offset, in: file)
        let isWhole = isInFlow ? startsInFlow(offset) : valueStart(before: offset + 1) ?? offset == offset
        let to = isInFlow ? flowValueEnd(from: offset) : isWhole ? valueEnd(from: offset) : max(end, offset)
        let place = range(offset, to ?? offset + 1)
        let letter = Escaping.visible(file.text(in: offset..<min(offset + 1, file.count)))
        return Diagnostic(
            .yamlReservedCharacter,
            "value cannot start with `\(letter)`",
            at: place,
            help: [
                Help(
                    "quote the value",
                    edits: to == nil ? [] : [TextEdit(place, quoted(place))],
                    applicability: isWhole ? .safe : .unsafe
                )
            ]
        )
    }

    /// The fault of a value that starts with `{{`, if the line has one before the place of the fault.
    func template() -> Diagnostic? {
        // The fault may show only on the next line, so this looks at the value that ends nearest before it.
        guard let value = openTemplate() ?? valueStart(before: end) ?? itemStart(), startsTemplate(value) else {
            return nil
        }
        return .unquotedTemplate(in: self, at: value, isInFlow: flows.isOpen(at: value, in: file))
    }

    /// The fault of a `${…}` without quotes inside a list or a map in brackets, where `{` starts another map.
    func variable() -> Diagnostic? {
        guard byte == UInt8(ascii: "{"), offset > start, file.base[offset - 1] == UInt8(ascii: "$") else { return nil }
        var from = offset - 1
        while from > start, !Self.endsFlowValue(file.base[from - 1]) { from -= 1 }
        var to = offset
        var depth = 0
        while to < end, depth > 0 || file.base[to - 1] == UInt8(ascii: "$") || !Self.endsFlowValue(file.base[to]) {
            if file.base[to] == UInt8(ascii: "{") { depth += 1 }
            if file.base[to] == UInt8(ascii: "}") { depth -= 1 }
            to += 1
        }
        guard depth == 0 else { return nil }
        let place = range(from, to)
        return Diagnostic(
            .yamlTemplate,
            "variable in braces reads as a map here",
            at: place,
            help: [
                Help(
                    "quote it: inside `[…]` and `{…}` a variable in braces must be quoted",
                    edits: [TextEdit(place, "\"" + file.text(in: place) + "\"")],
                    applicability: .safe
                )
            ]
        )
    }

    /// Whether a byte stands around plain values inside brackets.
    private static func endsFlowValue(_ byte: UInt8) -> Bool {
        byte <= 0x20
            || [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}")]
                .contains(byte)
    }

    func itemStart() -> Int? {
        var at = start
        while at < end, file.base[at] == 0x20 || file.base[at] == 0x2D { at += 1 }
        return at > start ? at : nil
    }

    private func quoted(_ place: SourceRange) -> String { .quotedForYAML(file.text(in: place)) }
}

extension Diagnostic {
    /// The fault of a template in braces without quotes.
    ///
    /// In a list or map in brackets it ends before what ends a value there; where nothing does, nothing can be quoted.
    static func unquotedTemplate(in line: SourceLine, at start: Int, isInFlow: Bool) -> Diagnostic {
        let end = isInFlow ? line.flowValueEnd(from: start) : line.valueEnd(from: start)
        let place = line.range(start, end ?? min(start + 2, line.end))
        return Diagnostic(
            .yamlTemplate,
            "template in braces reads as a map",
            at: place,
            help: [
                Help(
                    "quote it: templates in braces must be quoted",
                    edits: end == nil ? [] : [TextEdit(place, .quotedForYAML(line.file.text(in: place)))],
                    applicability: .safe
                )
            ]
        )
    }
}

extension String {
    /// The text in single quotes, or in double ones when it holds single quotes and nothing that needs an escape.
    static func quotedForYAML(_ text: String) -> String {
        if text.contains("'"), !text.contains("\""), !text.contains("\\") { return "\"" + text + "\"" }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// How many bytes stand before the first `needle`.
    func firstRange(of needle: String) -> Int? {
        let needle = Array(needle.utf8)
        var at = startIndex
        while at + needle.count <= endIndex {
            if self[at..<at + needle.count].elementsEqual(needle) { return at - startIndex }
            at += 1
        }
        return nil
    }
}
