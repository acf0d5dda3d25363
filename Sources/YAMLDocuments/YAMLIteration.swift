import SourceDiagnostics

/// A key and its value.
package struct YAMLPair {
    /// The key, always a scalar.
    package let key: YAMLNode
    /// The value; its `keyRange` is the range of the key.
    package let value: YAMLNode

    @inlinable
    init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }
}

/// The pairs of a mapping: its own in the order of the file, then the merged ones.
package struct YAMLPairs: Sequence, IteratorProtocol {
    @usableFromInline let view: UnsafePointer<NodeView>
    @usableFromInline var cursor: Int
    @usableFromInline let end: Int

    @inlinable
    init(view: UnsafePointer<NodeView>, cursor: Int, end: Int) {
        self.view = view
        self.cursor = cursor
        self.end = end
    }

    /// The next pair.
    @inlinable
    package mutating func next() -> YAMLPair? {
        while cursor < end {
            let key = cursor
            let value = view.pointee.after(key)
            guard value < end else { break }
            cursor = view.pointee.after(value)
            if view.pointee.records[key].bits & NodeRecord.hidden != 0 { continue }
            return YAMLPair(
                key: YAMLNode(view: view, site: key),
                value: YAMLNode(view: view, site: value, keySite: UInt32(truncatingIfNeeded: key))
            )
        }
        cursor = end
        return nil
    }
}

/// The items of a list in order.
package struct YAMLItems: Sequence, IteratorProtocol {
    @usableFromInline let view: UnsafePointer<NodeView>
    @usableFromInline var cursor: Int
    @usableFromInline let end: Int

    @inlinable
    init(view: UnsafePointer<NodeView>, cursor: Int, end: Int) {
        self.view = view
        self.cursor = cursor
        self.end = end
    }

    /// The next item.
    @inlinable
    package mutating func next() -> YAMLNode? {
        guard cursor < end else { return nil }
        let item = cursor
        cursor = view.pointee.after(item)
        return YAMLNode(view: view, site: item)
    }
}

extension YAMLNode {
    @inlinable var index: Int { record - view.pointee.records }

    /// The pairs of a mapping; none for other nodes.
    @inlinable package var pairs: YAMLPairs {
        guard isMapping else { return YAMLPairs(view: view, cursor: 0, end: 0) }
        return YAMLPairs(view: view, cursor: index + 1, end: Int(record.pointee.second))
    }

    /// The items of a list; none for other nodes.
    @inlinable package var items: YAMLItems {
        guard isSequence else { return YAMLItems(view: view, cursor: 0, end: 0) }
        return YAMLItems(view: view, cursor: index + 1, end: Int(record.pointee.second))
    }

    /// The value under `key`, found by walking all pairs: decoders iterate instead.
    package subscript(key: String) -> YAMLNode? {
        for pair in pairs where pair.key.text == key { return pair.value }
        return nil
    }

    /// The item at `position`, found by walking all items before it.
    package subscript(position: Int) -> YAMLNode? {
        var position = position
        for item in items {
            if position == 0 { return item }
            position -= 1
        }
        return nil
    }
}
