import ResourceModel
import SourceDiagnostics
import YAMLDocuments

/// Lists and maps.
extension ManifestDecoder {
    /// A list of texts; one text alone is a fault that says how to write a list of it.
    mutating func texts(_ node: YAMLNode, _ format: TextFormat = .any) -> [String]? {
        guard node.isSequence else {
            wrongType(
                node,
                expected: "a list",
                help: node.isScalar && !node.isNull ? [asList(node)] : []
            )
            return nil
        }
        var result: [String] = []
        result.reserveCapacity(node.count)
        for item in node.items {
            let text = format == .any ? text(item) : text(item, format)
            if let text { result.append(text) }
        }
        return result
    }

    /// A list of texts, in which maps of one entry are told how to become `KEY=VALUE`.
    mutating func preferences(_ node: YAMLNode) -> [String]? {
        guard node.isSequence else { return texts(node) }
        return node.items.compactMap { item in
            guard item.isMapping else { return text(item) }
            wrongType(item, expected: "text", help: [asAssignment(item)])
            return nil
        }
    }

    /// A list of arguments, or a text that is split into one as a POSIX shell would.
    mutating func command(_ node: YAMLNode) -> [String]? {
        if node.isSequence { return texts(node) }
        guard let line = text(node) else { return nil }
        switch ShellWords.split(line) {
        case .success(let words): return words
        case .failure(let fault):
            badValue(.invalidCommand, node, "`\(field.text)` has \(fault.text)", help: ["close it, or write a list"])
            return nil
        }
    }

    /// A map of texts, or a list of `KEY=VALUE`; an overlay adds to what is there, and its null removes.
    mutating func map(_ node: YAMLNode, into map: inout SortedMap<String>) {
        var entries: [(key: String, value: String)] = []
        entries.reserveCapacity(node.count)
        var removed: [String] = []
        if node.isMapping {
            for pair in node.pairs {
                if hasControl(pair.key.utf8, pair.key) { continue }
                let key = pair.key.text
                if key.isEmpty {
                    badValue(.invalidText, pair.key, "a key of `\(field.text)` is empty")
                    continue
                }
                if pair.value.isNull {
                    if isOverlay { removed.append(key) } else { reportNull(pair.value) }
                } else if let value = text(pair.value) {
                    // Only escapes of such quotes, and variables, can give what no file may hold.
                    if pair.value.style == .doubleQuoted || wasExpanded { warnOfControls(value, pair.value) }
                    entries.append((key, value))
                }
            }
        } else if node.isSequence {
            var known: Set<String> = []
            for item in node.items {
                guard let (key, value) = assignment(item) else { continue }
                if let value, item.style == .doubleQuoted || wasExpanded { warnOfControls(value, item) }
                var spelling = key
                if spelling.withUTF8({ hasControl($0, item) }) { continue }
                if isRepeated(key, item, in: &known) { continue }
                entries.append((key, value ?? ""))
            }
        } else {
            wrongType(node, expected: "a map")
            return
        }
        if isOverlay {
            for entry in entries { map[entry.key] = entry.value }
            for key in removed { map[key] = nil }
        } else {
            map = SortedMap(pairs: entries)
        }
    }

    mutating func isRepeated(_ key: String, _ node: YAMLNode, in known: inout Set<String>) -> Bool {
        guard !known.insert(key).inserted else { return false }
        report(.duplicateEntry, "`\(key)` is given twice in `\(field.text)`", at: node.smallRange)
        return true
    }

    /// `KEY=VALUE`, or `KEY` alone.
    mutating func assignment(_ node: YAMLNode) -> (key: String, value: String?)? {
        guard !node.isMapping else {
            wrongType(node, expected: "KEY=VALUE", help: [asAssignment(node)])
            return nil
        }
        guard let text = text(node, .assignment) else { return nil }
        guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (text, nil) }
        let key = String(text[..<sign])
        guard !key.isEmpty else {
            badValue(.invalidText, node, "`\(Self.shortened(text))` has no key before the `=`")
            return nil
        }
        return (key, String(text[text.index(after: sign)...]))
    }

    /// Says that a value holds what steers the terminal of whoever looks at it; it may, where somebody wants that.
    private mutating func warnOfControls(_ value: String, _ node: YAMLNode) {
        let found = value.unicodeScalars.first { scalar in
            (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7F...0x9F).contains(scalar.value)
        }
        guard let found else { return }
        report(
            .invalidText,
            "a value of `\(field.text)` holds the control character `\(Escaping.escape(found))`, which steers terminals",
            at: node.smallRange,
            severity: .warning,
            help: ["remove it: not every tool that shows the value escapes it"]
        )
    }

    /// Whether a key holds what could steer a terminal.
    mutating func hasControl(_ key: Bytes, _ node: YAMLNode) -> Bool {
        guard key.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return false }
        badValue(.invalidText, node, "a key of `\(field.text)` holds a control character")
        return true
    }

    /// A list of named things: in an overlay, one with the name of another is merged with it.
    mutating func named<Item, Key: Equatable>(
        _ node: YAMLNode,
        _ path: String,
        into list: inout [Item],
        key: (Item) -> Key,
        fresh: () -> Item,
        read: (inout ManifestDecoder, YAMLNode, inout Item) -> Bool
    ) {
        guard node.isSequence else {
            wrongType(node, expected: "a list", help: listHelp(node))
            return
        }
        guard isOverlay else {
            list.removeAll()
            list.reserveCapacity(node.count)
            var isShifted = false
            for (position, item) in node.items.enumerated() {
                let faults = diagnostics.count
                var value = fresh()
                if read(&self, item, &value) {
                    if isShifted { origins[path]?.append(ItemOrigin(layer: layer, item: position)) }
                    list.append(value)
                    continue
                }
                keepMention(of: item, in: path, since: faults)
                // A faulty item is left out, so those behind it are no longer where their number says.
                guard !isShifted else { continue }
                isShifted = true
                origins[path] = (0..<position).map { ItemOrigin(layer: layer, item: $0) }
            }
            return
        }
        startOrigins(path, count: list.count)
        for (position, item) in node.items.enumerated() {
            let faults = diagnostics.count
            var value = fresh()
            guard read(&self, item, &value) else {
                keepMention(of: item, in: path, since: faults)
                continue
            }
            let origin = ItemOrigin(layer: layer, item: position)
            if let index = list.firstIndex(where: { key($0) == key(value) }) {
                diagnostics.removeSubrange(faults...)
                _ = read(&self, item, &list[index])
                origins[path]?[index] = origin
            } else {
                list.append(value)
                origins[path]?.append(origin)
            }
        }
    }

    /// Begins to keep where the items of a list came from.
    mutating func startOrigins(_ path: String, count: Int) {
        if origins[path] == nil { origins[path] = (0..<count).map { ItemOrigin(layer: 0, item: $0) } }
    }
}
