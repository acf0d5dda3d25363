import SourceDiagnostics

/// Writes manifests as a person would, and notes which part of the text stands for what in the Compose file.
struct ManifestWriter {
    /// A stretch of the text, in bytes, and what it stands for.
    struct Span: Sendable {
        var range: Range<Int>
        var origin: SourceRange
    }

    private(set) var text = ""
    private(set) var spans: [Span] = []

    /// How long a line with a list or a map in it may become.
    private static let lineWidth = 100

    /// All documents of a file.
    static func written(_ documents: [ManifestDocument], header: [String] = []) -> ManifestWriter {
        var writer = ManifestWriter()
        writer.comments(header)
        for (index, document) in documents.enumerated() {
            if index > 0 { writer.text += "---\n" }
            writer.comments(document.comments)
            writer.spanning(document.origin) { $0.entries(document.entries, indent: 0) }
        }
        return writer
    }

    private mutating func comments(_ lines: [String], indent: Int = 0) {
        for line in lines { text += Self.spaces(indent) + (line.isEmpty ? "#" : "# " + Escaping.visible(line)) + "\n" }
    }

    private mutating func spanning(_ origin: SourceRange?, _ body: (inout ManifestWriter) -> Void) {
        let start = text.utf8.count
        body(&self)
        if let origin { spans.append(Span(range: start..<text.utf8.count, origin: origin)) }
    }

    private mutating func entries(_ entries: [ManifestEntry], indent: Int, continuesLine: Bool = false) {
        for (index, entry) in entries.enumerated() {
            spanning(entry.origin) { writer in
                if index > 0 || !continuesLine { writer.text += Self.spaces(indent) }
                writer.text += ScalarText.written(entry.key, inFlow: false) + ":"
                writer.value(entry.value, indent: indent, column: indent + entry.key.count + 2)
            }
        }
    }

    /// The value behind a key, with the line break that ends it.
    private mutating func value(_ value: ManifestValue, indent: Int, column: Int) {
        switch value {
        case .text(let text) where ScalarText.isLiteral(text): literal(text, indent: indent + 2)
        case .list(let items, let layout):
            if fits(value, layout, column) { return inline(value) }
            text += "\n"
            for item in items { self.item(item, indent: indent + 2) }
        case .map(let entries, let layout):
            if fits(value, layout, column) { return inline(value) }
            text += "\n"
            self.entries(entries, indent: indent + 2)
        default: inline(value)
        }
    }

    private mutating func inline(_ value: ManifestValue) {
        text += " "
        flow(value, isInside: false)
        text += "\n"
    }

    private mutating func item(_ item: ManifestItem, indent: Int) {
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
        self.text += ending == 0 ? " |-\n" : ending == 1 ? " |\n" : " |+\n"
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
        guard layout == .auto, Self.isFlat(value, most: most) else { return false }
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
