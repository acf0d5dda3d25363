/// A small map from strings to values that is always in the order of its keys.
///
/// Specs hold labels, options and environments in it: the order is part of a canonical spec, and arrays of a few
/// entries are smaller and faster than hash tables.
package struct SortedMap<Value: Sendable & Hashable>: Sendable, Hashable {
    /// One key and its value.
    package struct Entry: Sendable, Hashable {
        package var key: String
        package var value: Value

        @inlinable
        package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    @usableFromInline
    package internal(set) var entries: [Entry]

    @inlinable
    package init() {
        entries = []
    }

    /// Takes entries in any order; of two with one key the later wins.
    @inlinable
    package init(_ unsorted: [Entry]) {
        entries = unsorted
        // Insertion keeps equal keys in their order, and manifests hold a few entries that are nearly sorted.
        guard entries.count <= 32 else {
            entries = []
            for entry in unsorted.enumerated().sorted(by: Self.precedes) {
                if entries.last?.key == entry.element.key { entries.removeLast() }
                entries.append(entry.element)
            }
            return
        }
        var index = 1
        while index < entries.count {
            if entries[index - 1].key < entries[index].key {
                index += 1
                continue
            }
            var position = index
            while position > 0, entries[index].key < entries[position - 1].key { position -= 1 }
            if position > 0, entries[position - 1].key == entries[index].key {
                entries[position - 1] = entries.remove(at: index)
                continue
            }
            if position < index { entries.insert(entries.remove(at: index), at: position) }
            index += 1
        }
    }

    @usableFromInline
    static func precedes(_ left: (offset: Int, element: Entry), _ right: (offset: Int, element: Entry)) -> Bool {
        left.element.key == right.element.key ? left.offset < right.offset : left.element.key < right.element.key
    }

    @inlinable @inline(__always)
    package var isEmpty: Bool { entries.isEmpty }
    @inlinable @inline(__always)
    package var count: Int { entries.count }
    package var keys: [String] { entries.map(\.key) }

    @inlinable
    package subscript(key: String) -> Value? {
        get {
            let index = position(of: key)
            return index < entries.count && entries[index].key == key ? entries[index].value : nil
        }
        set {
            let index = position(of: key)
            let found = index < entries.count && entries[index].key == key
            switch (newValue, found) {
            case (let value?, true): entries[index].value = value
            case (let value?, false): entries.insert(Entry(key: key, value: value), at: index)
            case (nil, true): entries.remove(at: index)
            case (nil, false): break
            }
        }
    }

    @inlinable
    func position(of key: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// Concrete, so that the code for the two kinds of maps that manifests are full of is made here, once, without generics.

extension SortedMap where Value == String {
    /// Takes pairs in any order; of two with one key the later wins.
    package init(pairs: [(key: String, value: String)]) {
        self.init(pairs.map { Entry(key: $0.key, value: $0.value) })
    }
}

extension SortedMap where Value == EnvironmentValue {
    /// Takes pairs in any order; of two with one key the later wins.
    package init(pairs: [(key: String, value: EnvironmentValue)]) {
        self.init(pairs.map { Entry(key: $0.key, value: $0.value) })
    }
}

extension SortedMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) {
        self.init(elements.map { Entry(key: $0.0, value: $0.1) })
    }
}

extension SortedMap: Sequence {
    @inlinable
    package func makeIterator() -> IndexingIterator<[Entry]> { entries.makeIterator() }
}
