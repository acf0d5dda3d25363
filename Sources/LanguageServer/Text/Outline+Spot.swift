import SourceDiagnostics

/// What a cursor is on, or between.
struct Spot: Sendable, Hashable {
    enum Role: Sendable, Hashable {
        /// A key of the container stands there, or may come there.
        case key
        /// The value of the node stands there, or may come there.
        case value
        case comment
    }

    var role: Role
    /// For a key the node whose keys are meant, nil at the top; for a value the node that has it.
    var node: Int?
    /// The key or value that is there already.
    var written: Range<Int>
    /// The node of a key that is there already, with its colon or as a word that begins.
    var own: Int?
    /// Whether the colon behind a key is there already.
    var hasColon = false
    /// Whether it is in brackets.
    var isFlow = false
    /// Whether the value is a new item of the node, which is a list.
    var isNewItem = false
}

extension Outline {
    /// What an offset is on; the end of a word belongs to it.
    func spot(_ offset: Int) -> Spot? {
        if let comment = comment(at: offset) { return Spot(role: .comment, written: comment) }
        for index in nodes.indices.reversed() {
            let node = nodes[index]
            if let key = node.key, key.lowerBound <= offset, offset <= key.upperBound {
                return Spot(
                    role: .key,
                    node: node.parent,
                    written: key,
                    own: index,
                    hasColon: true,
                    isFlow: isInFlow(index)
                )
            }
            if let value = node.value, value.lowerBound <= offset, offset <= value.upperBound {
                if node.isLoose {
                    return Spot(role: .key, node: node.parent, written: value, own: index, isFlow: isInFlow(index))
                }
                return Spot(role: .value, node: index, written: value, isFlow: isInFlow(index))
            }
            if node.isBlock, index == nodes.count - 1 || nodes[index + 1].start > offset, offset > node.valueStart,
                blockHolds(index, offset)
            {
                return nil
            }
        }
        return flowSpot(offset) ?? openSpot(offset)
    }

    /// Between the entries of a list or map in brackets.
    private func flowSpot(_ offset: Int) -> Spot? {
        let inner = nodes.indices.reversed()
            .first { index in
                guard let flow = nodes[index].flow else { return false }
                let isClosed = flow.count > 1 && [0x5D, 0x7D].contains(file.bytes[flow.upperBound - 1])
                return flow.lowerBound < offset && (isClosed ? offset < flow.upperBound : offset <= flow.upperBound)
            }
        guard let inner else { return nil }
        // A key whose value is still missing.
        if let last = nodes[inner].children.last(where: { nodes[$0].start < offset }), nodes[last].key != nil,
            nodes[last].value == nil, nodes[last].flow == nil, offset >= nodes[last].valueStart,
            !file.bytes[nodes[last].valueStart..<offset].contains(UInt8(ascii: ","))
        {
            return Spot(role: .value, node: last, written: offset..<offset, isFlow: true)
        }
        if nodes[inner].isFlowMap { return Spot(role: .key, node: inner, written: offset..<offset, isFlow: true) }
        return Spot(role: .value, node: inner, written: offset..<offset, isFlow: true, isNewItem: true)
    }

    /// Where nothing is written yet.
    private func openSpot(_ offset: Int) -> Spot? {
        let lineStart = lineStart(offset)
        let onLine = nodes.indices.last { nodes[$0].start >= lineStart && nodes[$0].start < offset }
        if let index = onLine {
            let node = nodes[index]
            guard node.value == nil, node.flow == nil, !node.isBlock, offset >= node.valueStart || node.isItem,
                node.key.map({ offset > $0.upperBound }) ?? true
            else { return nil }
            return Spot(role: .value, node: index, written: offset..<offset)
        }
        guard file.bytes[lineStart..<offset].allSatisfy({ $0 == 0x20 }) else { return nil }
        return Spot(role: .key, node: container(at: offset - lineStart, before: lineStart), written: offset..<offset)
    }

    /// The node that a new line at a column would belong to.
    private func container(at column: Int, before offset: Int) -> Int? {
        var current = nodes.indices.last { nodes[$0].start < offset && !isInFlow($0) }
        while let index = current {
            let node = nodes[index]
            let holds = node.value == nil && node.flow == nil && !node.isBlock && !node.isLoose
            if node.column < column, holds { return index }
            current = node.parent
        }
        return nil
    }

    private func isInFlow(_ index: Int) -> Bool {
        var current = nodes[index].parent
        while let parent = current {
            if nodes[parent].flow != nil { return true }
            current = nodes[parent].parent
        }
        return false
    }

    func lineStart(_ offset: Int) -> Int {
        var start = min(offset, file.count)
        while start > 0, file.bytes[start - 1] != 0x0A { start -= 1 }
        return start
    }

    /// Whether a text behind `|` goes on at an offset.
    private func blockHolds(_ index: Int, _ offset: Int) -> Bool {
        let start = lineStart(offset)
        if start <= nodes[index].start { return true }
        return offset - start > nodes[index].column
    }

    /// The comment that an offset is in.
    private func comment(at offset: Int) -> Range<Int>? {
        let start = lineStart(offset)
        var quote: UInt8?
        for index in start..<offset {
            let byte = file.bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == 0x22 || byte == 0x27, index == start || " \t[{,:-".utf8.contains(file.bytes[index - 1]) {
                quote = byte
            } else if byte == UInt8(ascii: "#"), index == start || file.bytes[index - 1] == 0x20 {
                var end = offset
                while end < file.count, file.bytes[end] != 0x0A, file.bytes[end] != 0x0D { end += 1 }
                return index..<end
            }
        }
        return nil
    }
}
