import SourceDiagnostics

/// Taking entries and items out of a text, with what only they need.
extension YAMLEditor {
    /// Removes a field or an item; a map or a list that it leaves empty goes as well, up to the root.
    package func remove(_ path: [YAMLStep]) throws(EditRefusal) -> TextEdit {
        let found = try NodePath(path, from: root)
        guard found.isWhole else { throw .unwritten }
        var links = found.links
        while let link = links.popLast() {
            guard !link.parent.isMerged else { throw .merged }
            if link.parent.count > 1 { return try remove(link) }
            guard !links.isEmpty else { break }
        }
        throw EditRefusal("nothing else is written there")
    }

    private func remove(_ link: NodePath.Link) throws(EditRefusal) -> TextEdit {
        let range =
            switch link.step {
            case .key: try entry(link.node, in: link.parent)
            case .item(let index): try item(index, in: link.parent)
            }
        guard !file.bytes[range].contains(UInt8(ascii: "#")) else { throw .comment }
        guard !file.bytes[range].contains(UInt8(ascii: "&")) else { throw EditRefusal("an anchor is set there") }
        try checkVariables(range)
        return edit(range, "")
    }

    private func entry(_ value: YAMLNode, in map: YAMLNode) throws(EditRefusal) -> Range<Int> {
        guard !value.endsInBlockScalar else { throw EditRefusal("it ends with a block of text") }
        let pairs = map.ownPairs.sorted { $0.key.range.start < $1.key.range.start }
        guard let key = value.keyRange, let index = pairs.firstIndex(where: { $0.key.range == key }) else {
            throw .unwritten
        }
        let next = index + 1 < pairs.count ? Int(pairs[index + 1].key.range.start) : nil
        let before = index > 0 ? end(of: pairs[index - 1].value) : nil
        let whole = Int(key.start)..<max(Int(key.end), value.textEnd(in: file))
        if map.style == .flow { return try flow(whole, before: before, next: next) }
        return try block(whole, isAlone: { $0.allSatisfy { $0 == 0x20 } }, next: next)
    }

    private func item(_ index: Int, in list: YAMLNode) throws(EditRefusal) -> Range<Int> {
        guard let item = list[index] else { throw .unwritten }
        guard !item.endsInBlockScalar else { throw EditRefusal("it ends with a block of text") }
        let whole = Int(item.range.start)..<item.textEnd(in: file)
        if list.style == .flow {
            let next = list[index + 1].map { Int($0.useRange.start) }
            return try flow(whole, before: index > 0 ? list[index - 1].map(end) : nil, next: next)
        }
        guard dash(of: item) != nil else { throw EditRefusal("the list is not written line by line") }
        return try block(whole, isAlone: { $0.allSatisfy { $0 == 0x20 || $0 == UInt8(ascii: "-") } }, next: nil)
    }

    /// Something between brackets, with the comma behind it, or before it where it is the last.
    private func flow(_ whole: Range<Int>, before: Int?, next: Int?) throws(EditRefusal) -> Range<Int> {
        // In front of it may stand an anchor or a tag of its own.
        var start = whole.lowerBound
        while start > 0, file.bytes[start - 1] <= 0x20 { start -= 1 }
        guard start > 0, "[{,".utf8.contains(file.bytes[start - 1]) else {
            throw EditRefusal("it has an anchor or a tag")
        }
        if let before { return before..<whole.upperBound }
        guard let next else { throw EditRefusal("nothing else is written there") }
        return try range(from: whole, to: next)
    }

    /// The lines of something that has them for itself.
    private func block(
        _ whole: Range<Int>,
        isAlone: (Slice<UnsafeBufferPointer<UInt8>>) -> Bool,
        next: Int?
    ) throws(EditRefusal) -> Range<Int> {
        let first = line(at: whole.lowerBound)
        let last = line(at: whole.upperBound)
        let rest = file.bytes[whole.upperBound..<max(whole.upperBound, last.upperBound)]
        guard rest.allSatisfy({ $0 <= 0x20 }) else { throw .comment }
        if isAlone(file.bytes[first.lowerBound..<whole.lowerBound]) {
            var end = last.upperBound
            if end < file.count, file.bytes[end] == 0x0D { end += 1 }
            if end < file.count { end += 1 }
            return first.lowerBound..<end
        }
        // The first entry behind a dash: the second one takes its place.
        guard let next,
            file.bytes[first.lowerBound..<whole.lowerBound].allSatisfy({ $0 == 0x20 || $0 == UInt8(ascii: "-") })
        else { throw EditRefusal("something else stands on its line") }
        return try range(from: whole, to: next)
    }

    /// Up to what comes next, unless that begins with an anchor or a tag of its own.
    private func range(from whole: Range<Int>, to next: Int) throws(EditRefusal) -> Range<Int> {
        let between = file.bytes[whole.upperBound..<max(whole.upperBound, next)]
        guard between.allSatisfy({ $0 <= 0x20 || $0 == UInt8(ascii: ",") }) else {
            throw EditRefusal("it has an anchor or a tag")
        }
        return whole.lowerBound..<max(whole.upperBound, next)
    }

    private func end(of node: YAMLNode) -> Int { node.isAliased ? Int(node.useRange.end) : node.textEnd(in: file) }
}
