import SourceDiagnostics
import YAMLDocuments

/// Writes manifests as a person would, and notes which part of the text stands for what in the Compose file.
struct ManifestWriter {
    /// A stretch of the text, in bytes, and what it stands for.
    struct Span: Sendable {
        var range: Range<Int>
        var origin: SourceRange
    }

    private(set) var text = ""
    private(set) var spans: [Span] = []
    /// Comments of the Compose file, and the lines with those that were written.
    let source: ComposeComments?
    private(set) var carried: Set<ComposeComments.Place> = []
    /// The lines whose comments stand in the document that is being written.
    private var told: Set<ComposeComments.Place> = []
    /// Comments for the end of the line that is being written.
    private var pending: [YAMLComment] = []

    /// How long a line with a list or a map in it may become.
    private static let lineWidth = 100

    init(comments: ComposeComments? = nil) { source = comments }

    /// All documents of a file, with comments of the Compose file: those of the stretches `above` come first.
    static func written(
        _ documents: [ManifestDocument],
        comments: ComposeComments? = nil,
        above: [ComposeComments.Place] = []
    ) -> ManifestWriter {
        var writer = ManifestWriter(comments: comments)
        for place in above {
            let notes = writer.noted(place)
            for comment in notes { writer.carried.insert(ComposeComments.Place(file: place.file, line: comment.line)) }
            writer.write(notes, indent: 0)
        }
        if !writer.text.isEmpty, !documents.isEmpty { writer.text += "\n" }
        for (index, document) in documents.enumerated() {
            if index > 0 { writer.text += "---\n" }
            writer.told = []
            let notes = writer.taken(document.origin)
            writer.write((notes?.above ?? []) + (notes?.behind ?? []), indent: 0)
            if notes.map({ !($0.above + $0.behind).isEmpty }) ?? false, !document.comments.isEmpty {
                writer.text += "#\n"
            }
            writer.comments(document.comments)
            writer.spanning(document.origin) { $0.entries(document.entries, indent: 0) }
            writer.write(notes?.below ?? [], indent: 0)
        }
        return writer
    }

    private mutating func comments(_ lines: [String]) {
        for line in lines { text += (line.isEmpty ? "#" : "# " + Escaping.visible(line)) + "\n" }
    }

    func isTold(_ place: ComposeComments.Place) -> Bool { told.contains(place) }

    /// What stands at a place, once in each document; nil: nothing, or no place for what stands above it.
    private mutating func taken(_ origin: SourceRange?, ifNothingAbove: Bool = false) -> ComposeComments.Notes? {
        guard let source, let place = source.place(origin), let notes = source.notes[place] else { return nil }
        if ifNothingAbove, !notes.above.isEmpty { return nil }
        guard told.insert(place).inserted else { return nil }
        for comment in notes.above + notes.behind + notes.below {
            carried.insert(ComposeComments.Place(file: place.file, line: comment.line))
        }
        return notes
    }

    private mutating func write(_ comments: [YAMLComment], indent: Int) {
        for comment in comments { text += Self.spaces(indent) + Self.harmless(comment) + "\n" }
    }

    /// Ends a line, with the comments that stand behind what is on it.
    private mutating func endLine() {
        for comment in pending { text += " " + Self.harmless(comment) }
        pending = []
        text += "\n"
    }

    private static func harmless(_ comment: YAMLComment) -> String {
        comment.text.split(separator: "\t", omittingEmptySubsequences: false).map { Escaping.visible($0) }
            .joined(separator: "\t")
    }

    private mutating func spanning(_ origin: SourceRange?, _ body: (inout ManifestWriter) -> Void) {
        let start = text.utf8.count
        body(&self)
        if let origin { spans.append(Span(range: start..<text.utf8.count, origin: origin)) }
    }

    private mutating func entries(_ entries: [ManifestEntry], indent: Int, continuesLine: Bool = false) {
        for (index, entry) in entries.enumerated() {
            let startsLine = index > 0 || !continuesLine
            let notes = taken(entry.origin, ifNothingAbove: !startsLine)
            write(notes?.above ?? [], indent: indent)
            pending += notes?.behind ?? []
            spanning(entry.origin) { writer in
                if startsLine { writer.text += Self.spaces(indent) }
                writer.text += ScalarText.written(entry.key, inFlow: false) + ":"
                writer.value(entry.value, indent: indent, column: indent + entry.key.count + 2)
            }
            write(notes?.below ?? [], indent: indent)
        }
    }

    /// The value behind a key, with the line break that ends it.
    private mutating func value(_ value: ManifestValue, indent: Int, column: Int) {
        switch value {
        case .text(let text) where ScalarText.isLiteral(text): literal(text, indent: indent + 2)
        case .list(let items, let layout):
            if fits(value, layout, column) { return inline(value) }
            endLine()
            for item in items { self.item(item, indent: indent + 2) }
        case .map(let entries, let layout):
            if fits(value, layout, column) { return inline(value) }
            endLine()
            self.entries(entries, indent: indent + 2)
        default: inline(value)
        }
    }

    private mutating func inline(_ value: ManifestValue) {
        text += " "
        flow(value, isInside: false)
        endLine()
    }

    private mutating func item(_ item: ManifestItem, indent: Int) {
        let notes = taken(item.origin)
        write(notes?.above ?? [], indent: indent)
        pending += notes?.behind ?? []
        defer { write(notes?.below ?? [], indent: indent) }
        spanning(item.origin) { writer in
            writer.text += Self.spaces(indent) + "-"
            switch item.value {
            case .map(let entries, let layout) where !writer.fits(item.value, layout, indent + 2, most: 6):
                writer.text += " "
                writer.entries(entries, indent: indent + 2, continuesLine: true)
            case .text(let text) where ScalarText.isLiteral(text): writer.literal(text, indent: indent + 2)
            default: writer.inline(item.value)
            }
        }
    }

    /// Lines as they are, behind a key or a dash.
    private mutating func literal(_ text: String, indent: Int) {
        let ending = text.reversed().prefix { $0 == "\n" }.count
        self.text += ending == 0 ? " |-" : ending == 1 ? " |" : " |+"
        endLine()
        let body = ending == 0 ? text[...] : text.dropLast()
        for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
            self.text += (line.isEmpty ? "" : Self.spaces(indent) + line) + "\n"
        }
    }

    private mutating func flow(_ value: ManifestValue, isInside: Bool) {
        switch value {
        case .plain(let text): self.text += isInside ? ScalarText.typed(text) : text
        case .text(let text): self.text += ScalarText.written(text, inFlow: isInside)
        case .null: text += "null"
        case .list(let items, _):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += ", " }
                spanning(item.origin) { $0.flow(item.value, isInside: true) }
            }
            text += "]"
        case .map(let entries, _):
            text += "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += ", " }
                spanning(entry.origin) { writer in
                    writer.text += ScalarText.written(entry.key, inFlow: true) + ": "
                    writer.flow(entry.value, isInside: true)
                }
            }
            text += "}"
        }
    }

    /// Whether a list or map is short enough for one line.
    private func fits(_ value: ManifestValue, _ layout: ManifestValue.Layout, _ column: Int, most: Int = 3) -> Bool {
        if value.isEmpty { return true }
        guard layout == .auto, Self.isFlat(value, most: most), !hasNotes(value) else { return false }
        var measure = ManifestWriter()
        measure.flow(value, isInside: false)
        return column + measure.text.count <= Self.lineWidth
    }

    private static func isFlat(_ value: ManifestValue, most: Int) -> Bool {
        switch value {
        case .plain, .null: true
        case .text(let text): !text.contains("\n")
        case .list(let items, let layout):
            layout == .auto && items.count <= 12
                && items.allSatisfy { isFlat($0.value, most: most) && !isMap($0.value) }
        case .map(let entries, let layout):
            layout == .auto && entries.count <= most && entries.allSatisfy { isFlat($0.value, most: most) }
                && entries.allSatisfy { !isMap($0.value) }
        }
    }

    private static func isMap(_ value: ManifestValue) -> Bool { if case .map = value { true } else { false } }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension ScalarText {
    /// A typed value inside of `[]` or `{}`, where the braces of a variable need quotes.
    static func typed(_ text: String) -> String {
        text.unicodeScalars.contains { ",[]{}".unicodeScalars.contains($0) } ? "\"\(text)\"" : text
    }
}
