import SourceDiagnostics

/// Turns changes of a document's fields into edits of its text, and refuses what it cannot do without harm.
///
/// Comments, order and style of everything else stay. What is given as text is YAML already, on one line.
package struct YAMLEditor {
    let file: SourceFile
    let root: YAMLNode

    /// An editor of the part of a document below `root`.
    package init(file: SourceFile, root: YAMLNode) {
        self.file = file
        self.root = root
    }

    /// Writes a field: its value in place of the one that it has, or a new entry with the maps on the way to it.
    package func set(_ path: [YAMLStep], to text: String) throws(EditRefusal) -> TextEdit {
        let found = try NodePath(path, from: root)
        if found.isWhole {
            try checkVariables(Int(found.last.range.start)..<Int(found.last.range.end))
            return try replace(found.last, by: text)
        }
        var value = text
        var keys: [String] = []
        for step in found.missing {
            guard case .key(let name) = step else { throw .unwritten }
            keys.append(name)
        }
        for key in keys.dropFirst().reversed() { value = "{\(key): \(value)}" }
        guard let key = keys.first else { throw .unwritten }
        return try add(key, value, to: found.last)
    }

    /// The text of a scalar; nil where a list or a map is.
    package func scalar(at path: [YAMLStep]) throws(EditRefusal) -> String? {
        let found = try NodePath(path, from: root)
        guard found.isWhole else { throw .unwritten }
        return found.last.isScalar ? found.last.text : nil
    }

    /// Puts text in front of a scalar's or behind it, inside its quotes.
    package func extend(_ path: [YAMLStep], prefix: String = "", suffix: String = "") throws(EditRefusal) -> TextEdit {
        let found = try NodePath(path, from: root)
        guard found.isWhole else { throw .unwritten }
        let node = found.last
        try Self.checkScalar(node, in: file)
        let range = Int(node.range.start)..<Int(node.range.end)
        try checkVariables(range)
        let quote = node.isPlain ? 0 : 1
        guard suffix.isEmpty else { return insertion(at: range.upperBound - quote, suffix) }
        return insertion(at: range.lowerBound + quote, prefix)
    }

    /// Refuses text with variables: what they stand for is not what is written.
    func checkVariables(_ range: Range<Int>) throws(EditRefusal) {
        guard !file.bytes[range].contains(UInt8(ascii: "$")) else { throw EditRefusal("a variable is put in there") }
    }

    /// Puts text in place of a scalar.
    package func replace(_ node: YAMLNode, by text: String) throws(EditRefusal) -> TextEdit {
        try Self.checkScalar(node, in: file)
        // A word in quotes stays in quotes: the file may be JSON.
        let isWord = text.utf8.allSatisfy {
            $0 > 0x2C && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "[")
        }
        guard isWord, !node.isPlain else { return TextEdit(node.range, text) }
        let quote = node.style == .singleQuoted ? "'" : "\""
        return TextEdit(node.range, quote + text + quote)
    }

    /// Refuses scalars whose text is not simply theirs: from aliases, with tags and anchors, in blocks.
    package static func checkScalar(_ node: YAMLNode, in file: SourceFile) throws(EditRefusal) {
        guard node.isScalar else { throw EditRefusal("it is a list or a map") }
        guard !node.isAliased else { throw .aliased }
        guard node.style != .literal, node.style != .folded else { throw EditRefusal("it is a block of text") }
        guard !node.range.isEmpty, Int(node.range.end) <= file.count else { throw EditRefusal("there is no value") }
        let first = file.bytes[Int(node.range.start)]
        guard first != UInt8(ascii: "&"), first != UInt8(ascii: "!") else {
            throw EditRefusal("it has an anchor or a tag")
        }
    }

    /// Puts an item behind the one at `index` of a list.
    package func insert(_ text: String, after index: Int, of path: [YAMLStep]) throws(EditRefusal) -> TextEdit {
        let found = try NodePath(path + [.item(index)], from: root)
        guard found.isWhole, let list = found.links.last?.parent else { throw .unwritten }
        let item = found.last
        if list.style == .flow { return insertion(at: item.textEnd(in: file), ", " + text) }
        guard !item.endsInBlockScalar, let dash = dash(of: item) else {
            throw EditRefusal("the list is not written line by line")
        }
        let end = line(at: item.textEnd(in: file))
        return insertion(at: end.upperBound, lineBreak(at: end) + spaces(dash) + "- " + text)
    }

    /// Adds an entry to a map, behind its last one.
    func add(_ key: String, _ text: String, to map: YAMLNode) throws(EditRefusal) -> TextEdit {
        guard map.isMapping else {
            throw EditRefusal(map.isScalar ? "it is written in the short form" : "there is a list")
        }
        let pairs = map.ownPairs.sorted { $0.key.range.start < $1.key.range.start }
        if map.style == .flow {
            guard !pairs.contains(where: { $0.key.style == .doubleQuoted }) else {
                throw EditRefusal("it is written as JSON")
            }
            guard let last = pairs.last else {
                guard file.text(in: map.range).allSatisfy({ "{} ".contains($0) }) else { throw .comment }
                return TextEdit(map.range, "{\(key): \(text)}")
            }
            guard !last.value.range.isEmpty else { throw EditRefusal("the entry before it has no value") }
            return insertion(at: Int(last.value.useRange.end), ", \(key): \(text)")
        }
        guard let first = pairs.first, let indent = indentation(of: first) else {
            throw EditRefusal("the map is not written line by line")
        }
        // Behind a block of text its blank lines would become part of something else.
        let place = pairs.last { $0.value.isAliased || !$0.value.endsInBlockScalar }
        guard let place else { throw EditRefusal("there is no line to put it behind") }
        let from = place.value.isAliased ? Int(place.value.useRange.end) : place.value.textEnd(in: file)
        let end = line(at: from)
        return insertion(at: end.upperBound, lineBreak(at: end) + spaces(indent) + "\(key): \(text)")
    }

    // MARK: Places

    func insertion(at offset: Int, _ text: String) -> TextEdit { edit(offset..<offset, text) }

    func edit(_ range: Range<Int>, _ text: String) -> TextEdit {
        let range = SourceRange(
            file: root.range.file,
            start: UInt32(truncatingIfNeeded: range.lowerBound),
            end: UInt32(truncatingIfNeeded: range.upperBound)
        )
        return TextEdit(range, text)
    }

    /// The line that holds a byte, without its break.
    func line(at offset: Int) -> Range<Int> {
        var start = min(offset, file.count)
        while start > 0, file.bytes[start - 1] != 0x0A { start -= 1 }
        var end = min(offset, file.count)
        while end < file.count, file.bytes[end] != 0x0A { end += 1 }
        if end > start, end < file.count, file.bytes[end - 1] == 0x0D { end -= 1 }
        return start..<end
    }

    /// The break that ends a line, or the one of the file's first line where the last one has none.
    private func lineBreak(at line: Range<Int>) -> String {
        if line.upperBound < file.count { return file.bytes[line.upperBound] == 0x0D ? "\r\n" : "\n" }
        let first = file.bytes.firstIndex(of: 0x0A) ?? 0
        return first > 0 && file.bytes[first - 1] == 0x0D ? "\r\n" : "\n"
    }

    /// The column of a block map's entries; nil where tabs or something else than dashes stand in front.
    private func indentation(of pair: YAMLPair) -> Int? {
        let key = Int(pair.key.range.start)
        let start = line(at: key).lowerBound
        let before = file.bytes[start..<key]
        return before.allSatisfy { $0 == 0x20 || $0 == UInt8(ascii: "-") } ? key - start : nil
    }

    /// The column of an item's dash, where nothing else stands before the item on its line.
    func dash(of item: YAMLNode) -> Int? {
        let first = Int(
            item.isMapping ? item.ownPairs.map(\.key.range.start).min() ?? item.range.start : item.range.start
        )
        let start = line(at: first).lowerBound
        let before = file.bytes[start..<first]
        guard let dash = before.firstIndex(where: { $0 != 0x20 }), before[dash] == UInt8(ascii: "-"),
            before[(dash + 1)...].allSatisfy({ $0 == 0x20 }), dash + 1 < first
        else { return nil }
        return dash - start
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
