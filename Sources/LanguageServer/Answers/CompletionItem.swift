import ResourceModel

extension LanguageServer {
    /// One thing that can be written.
    struct Item: Sendable {
        enum Kind: Int64, Sendable {
            case field = 5
            case value = 12
            case choice = 20
            case snippet = 15
            case reference = 18
            case structure = 22
        }

        var label: String
        var kind: Kind
        var detail: String?
        var documentation: String?
        var text: String
        var isSnippet = false
        /// Its place in the list.
        var rank: Int
    }

    func json(_ item: Item, _ spot: Spot, _ cursor: Cursor) -> CanonicalValue {
        let digits = String(item.rank)
        let order = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let documentation = item.documentation.map { text in
            JSON.object([
                "kind": .string(client.documentsMarkdown ? "markdown" : "plaintext"), "value": .string(text),
            ])
        }
        return JSON.object([
            "label": .string(item.label), "kind": .integer(item.kind.rawValue),
            "detail": item.detail.map { .string($0) }, "documentation": documentation, "sortText": .string(order),
            "filterText": .string(item.label), "insertTextFormat": item.isSnippet ? .integer(2) : nil,
            "insertTextMode": item.isSnippet && client.adjustsIndentation ? .integer(2) : nil,
            "textEdit": JSON.object([
                "range": cursor.document.file.range(spot.written, client.encoding), "newText": .string(item.text),
            ]),
        ])
    }
}
