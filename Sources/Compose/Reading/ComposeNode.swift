import SourceDiagnostics
import YAMLDocuments

/// A piece of a Compose file as a value of its own, with the places that it was written at.
///
/// Files are laid over each other, so what they say outlives the documents that it was read from.
struct ComposeNode: Sendable {
    enum Content: Sendable {
        /// Text, and whether it stood without quotes.
        case scalar(String, isPlain: Bool)
        case null
        case list([ComposeNode])
        case map([ComposeEntry])
    }

    var content: Content
    /// The smallest stretch to mark when the node is wrong.
    var range: SourceRange
    /// The alias or merge key that brought it here from where it is written; nil: it is written here.
    var use: SourceRange?

    init(_ content: Content, _ range: SourceRange, use: SourceRange? = nil) {
        self.content = content
        self.range = range
        self.use = use
    }

    /// Copies a node of a document, with aliases and merge keys resolved.
    init(_ node: YAMLNode) { self.init(node, use: nil) }

    private init(_ node: YAMLNode, use outer: SourceRange?) {
        let whole = node.range
        // What is inside of something that an alias stands for came with it, by whatever aliases it got there.
        let use = outer ?? (node.isAliased ? node.useRange : nil)
        self.use = use
        range =
            node.isScalar && !whole.isEmpty
            ? whole : node.keyRange ?? SourceRange(file: whole.file, start: whole.start, end: whole.start)
        if node.isNull {
            content = .null
        } else if node.isSequence {
            content = .list(node.items.map { ComposeNode($0, use: use) })
        } else if node.isMapping {
            content = .map(
                node.pairs.map { pair in
                    ComposeEntry(
                        key: pair.key.text,
                        keyRange: pair.key.range,
                        value: ComposeNode(pair.value, use: use),
                        isMerged: pair.key.isAliased
                    )
                }
            )
        } else {
            content = .scalar(node.text, isPlain: node.isPlain)
        }
    }

    /// The text of a scalar.
    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
    var items: [ComposeNode]? { if case .list(let items) = content { items } else { nil } }
    var entries: [ComposeEntry]? { if case .map(let entries) = content { entries } else { nil } }
    var isNull: Bool { if case .null = content { true } else { false } }

    subscript(key: String) -> ComposeNode? { entries?.first { $0.key == key }?.value }

    /// What it is, for messages.
    var described: String {
        switch content {
        case .scalar(let text, _): "`\(ComposeNode.shortened(text))`"
        case .null: "null"
        case .list: "a list"
        case .map: "a map"
        }
    }

    static func shortened(_ text: String) -> String {
        text.unicodeScalars.count > 60 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…" : text
    }
}

/// A key of a Compose file and its value.
struct ComposeEntry: Sendable {
    var key: String
    var keyRange: SourceRange
    var value: ComposeNode
    /// Whether a merge key brought it.
    var isMerged = false
}
