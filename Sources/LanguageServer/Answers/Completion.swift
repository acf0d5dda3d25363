import Linting
import Manifests
import ResourceModel
import SourceDiagnostics

/// What can be written at the cursor.
extension LanguageServer {
    func completion(_ cursor: Cursor) -> CanonicalValue {
        JSON.object(["isIncomplete": .bool(false), "items": .array(items(cursor))])
    }

    private func items(_ cursor: Cursor) -> [CanonicalValue] {
        guard let spot = cursor.spot else { return [] }
        let outline = cursor.outline
        switch spot.role {
        case .comment: return suppressions(spot, cursor)
        case .key:
            let path = outline.path(spot.node)
            var items = keys(path, spot, cursor)
            if spot.node == nil, !spot.hasColon { items += manifests(spot, cursor) }
            if !spot.hasColon { items += listItems(path, spot, cursor) }
            return items
        case .value:
            guard let node = spot.node else { return [] }
            let path = outline.path(node) + (spot.isNewItem ? [.item] : [])
            var items = values(path, spot, cursor)
            // Behind a dash the first key of a record may come.
            if outline.nodes[node].isItem, !spot.isFlow { items += keys(path, spot, cursor) }
            return items
        }
    }

    private func keys(_ path: [OutlineStep], _ spot: Spot, _ cursor: Cursor) -> [CanonicalValue] {
        let outline = cursor.outline
        let parent = spot.role == .key ? spot.node : nil
        var taken = Set(outline.children(of: parent).filter { $0 != spot.own }.compactMap(outline.keyText))
        if spot.role == .value { taken = [] }
        var items: [CanonicalValue] = []
        var rank = 0
        for type in cursor.vocabulary.types(path) {
            guard case .record(let info) = type else {
                if case .map = type, cursor.vocabulary.root == .project, path == Self.rulesPath {
                    items += ruleKeys(spot, taken, cursor)
                }
                continue
            }
            for field in info().fields where !taken.contains("\(field.name)") {
                rank += 1
                items.append(key(field, rank, path, spot, cursor))
            }
        }
        return items
    }

    private func key(
        _ field: FieldInfo,
        _ rank: Int,
        _ path: [OutlineStep],
        _ spot: Spot,
        _ cursor: Cursor
    ) -> CanonicalValue {
        var text = "\(field.name)"
        var isSnippet = false
        if !spot.hasColon {
            if client.hasSnippets, !spot.isFlow {
                let start = cursor.outline.lineStart(spot.written.lowerBound)
                let own = cursor.document.file.bytes[start..<spot.written.lowerBound].prefix { $0 == 0x20 }.count
                let column = spot.written.lowerBound - start
                text = Snippet.key(field, indent: column - own).text
                isSnippet = true
            } else {
                text += ": "
            }
        }
        let item = Item(
            label: "\(field.name)",
            kind: field.type.record == nil ? .field : .structure,
            detail: (field.isRequired ? "required, " : "") + field.type.text,
            documentation: prose.field(field, cursor.vocabulary.name(path + [.key("\(field.name)")])),
            text: text,
            isSnippet: isSnippet,
            rank: field.isRequired ? rank : rank + 1000
        )
        return json(item, spot, cursor)
    }

    /// The words of closed sets, names of resources, and the example of anything else.
    private func values(_ path: [OutlineStep], _ spot: Spot, _ cursor: Cursor) -> [CanonicalValue] {
        var items: [Item] = []
        if let kind = cursor.vocabulary.referencedKind(path) {
            let isShort = kind == .volume && path.last == .item
            let own = kind == .service ? cursor.outline.address?.name : nil
            for name in names(kind, cursor) where name != own {
                items.append(
                    Item(
                        label: name,
                        kind: .reference,
                        detail: kind.manifestName,
                        text: isShort ? name + ":/" : name,
                        rank: items.count
                    )
                )
            }
        }
        let field = cursor.vocabulary.field(path)
        for type in cursor.vocabulary.types(path) {
            switch type {
            case .bool: items += ["true", "false"].map { Item(label: $0, kind: .value, text: $0, rank: items.count) }
            case .choice(let words):
                items += words.enumerated()
                    .map { index, word in
                        let isDefault = word == field?.defaultText
                        return Item(
                            label: word,
                            kind: .choice,
                            detail: isDefault ? "default" : nil,
                            text: word,
                            rank: index
                        )
                    }
            default: continue
            }
        }
        if items.isEmpty, path.last != .item, let field, let example = field.example, !example.hasPrefix("{"),
            !example.hasPrefix("["), field.type.record == nil
        {
            for text in [example, field.defaultText].compactMap({ $0 })
            where !items.contains(where: { $0.label == text }) {
                items.append(
                    Item(
                        label: text,
                        kind: .value,
                        detail: text == field.defaultText ? "default" : "example",
                        text: text,
                        rank: items.count
                    )
                )
            }
        }
        let space = needsSpace(spot, cursor) ? " " : ""
        return items.map { item in
            var item = item
            item.text = space + item.text
            return json(item, spot, cursor)
        }
    }

    /// Whether the cursor is right behind a colon or a dash.
    private func needsSpace(_ spot: Spot, _ cursor: Cursor) -> Bool {
        guard spot.written.isEmpty, cursor.offset > 0 else { return false }
        let before = cursor.document.file.bytes[cursor.offset - 1]
        return before == UInt8(ascii: ":") || before == UInt8(ascii: "-")
    }

    /// New items where a list begins or goes on.
    private func listItems(_ path: [OutlineStep], _ spot: Spot, _ cursor: Cursor) -> [CanonicalValue] {
        guard cursor.vocabulary.types(path).contains(where: { if case .list = $0 { true } else { false } }),
            !spot.isFlow
        else { return [] }
        guard let kind = cursor.vocabulary.referencedKind(path + [.item]) else {
            return [json(Item(label: "-", kind: .value, detail: "a new item", text: "- ", rank: 0), spot, cursor)]
        }
        return names(kind, cursor).enumerated()
            .map { index, name in
                let text = "- " + name + (kind == .volume ? ":/" : "")
                return json(
                    Item(label: "- " + name, kind: .reference, detail: kind.manifestName, text: text, rank: index),
                    spot,
                    cursor
                )
            }
    }

    /// Whole manifests, where a document has nothing yet.
    private func manifests(_ spot: Spot, _ cursor: Cursor) -> [CanonicalValue] {
        guard client.hasSnippets, cursor.vocabulary.root == .manifest(nil),
            cursor.outline.top.allSatisfy({ $0 == spot.own })
        else { return [] }
        return ResourceKind.inOrder.enumerated()
            .map { index, kind in
                json(
                    Item(
                        label: kind.manifestName,
                        kind: .snippet,
                        detail: "a new manifest",
                        documentation: prose.record(Explain.record(of: kind)),
                        text: Snippet.manifest(kind).text,
                        isSnippet: true,
                        rank: index
                    ),
                    spot,
                    cursor
                )
            }
    }

    private var prose: Prose { Prose(isMarkdown: client.documentsMarkdown) }
}
