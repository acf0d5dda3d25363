import SourceDiagnostics

/// What a node is.
package enum YAMLKind: UInt8, Sendable, Hashable {
    /// Text, not typed yet.
    case scalar
    /// A list.
    case sequence
    /// Pairs of keys and values.
    case mapping
}

/// How a node is written.
package enum YAMLStyle: UInt8, Sendable, Hashable {
    /// A scalar without quotes.
    case plain
    /// A scalar in single quotes.
    case singleQuoted
    /// A scalar in double quotes.
    case doubleQuoted
    /// A scalar after `|`.
    case literal
    /// A scalar after `>`.
    case folded
    /// A collection in brackets or braces.
    case flow
    /// A collection by indentation.
    case block
}

/// The explicit tag of a node; only tags of the core schema exist here, all others are errors.
package enum YAMLTag: UInt8, Sendable, Hashable {
    /// No tag was written.
    case none
    /// `!!str`
    case str
    /// `!!int`
    case int
    /// `!!float`
    case float
    /// `!!bool`
    case bool
    /// `!!null`
    case null
    /// `!!map`
    case map
    /// `!!seq`
    case seq
}

/// One node in the arena, in 20 bytes: nodes follow each other as they are written, children right behind parents.
@usableFromInline
package struct NodeRecord: BitwiseCopyable {
    /// Kind, style, tag and flags.
    @usableFromInline package var bits: UInt32
    /// The byte offset in the file where the node starts.
    @usableFromInline package var start: UInt32
    /// The byte offset in the file after the node.
    @usableFromInline package var end: UInt32
    /// The offset of a scalar's text, the number of a collection's items, or the record an alias stands for.
    @usableFromInline package var first: UInt32
    /// The length of a scalar's text in bytes, or the index after a collection's last descendant.
    @usableFromInline package var second: UInt32

    @usableFromInline static let kindMask: UInt32 = 0b11
    @usableFromInline static let alias: UInt32 = 0b11
    @usableFromInline static let styleShift: UInt32 = 2
    @usableFromInline static let tagShift: UInt32 = 5
    /// The text is in the side buffer, since it differs from what stands in the file.
    @usableFromInline static let side: UInt32 = 1 << 8
    /// A key that iteration skips: `<<`, or one that was reported as an error.
    @usableFromInline static let hidden: UInt32 = 1 << 9
    /// A scalar that means null.
    @usableFromInline static let null: UInt32 = 1 << 10

    init(bits: UInt32, start: UInt32, end: UInt32, first: UInt32, second: UInt32) {
        self.bits = bits
        self.start = start
        self.end = end
        self.first = first
        self.second = second
    }

    /// The record of an alias or of a merged key or value.
    init(aliasTo target: Int, start: UInt32, end: UInt32) {
        self.init(
            bits: Self.alias,
            start: start,
            end: end,
            first: UInt32(truncatingIfNeeded: target),
            second: 0
        )
    }

    static func bits(_ kind: YAMLKind, _ style: YAMLStyle, _ tag: YAMLTag) -> UInt32 {
        UInt32(kind.rawValue) | UInt32(style.rawValue) << styleShift | UInt32(tag.rawValue) << tagShift
    }

    @usableFromInline var isAlias: Bool { bits & Self.kindMask == Self.alias }
    @usableFromInline var isScalar: Bool { bits & Self.kindMask == 0 }
    @usableFromInline var isSequence: Bool { bits & Self.kindMask == 1 }
    @usableFromInline var isMapping: Bool { bits & Self.kindMask == 2 }
    @usableFromInline var isHidden: Bool { bits & Self.hidden != 0 }
}

/// Where the parts of an arena are in memory; good for as long as the arena is alive and unchanged.
@usableFromInline
package struct NodeView: BitwiseCopyable {
    @usableFromInline let records: UnsafePointer<NodeRecord>
    @usableFromInline let source: UnsafePointer<UInt8>
    @usableFromInline let side: UnsafePointer<UInt8>
    @usableFromInline let file: SourceID

    /// The record that `index` stands for, aliases followed.
    @inlinable
    func resolve(_ index: Int) -> Int {
        let record = records + index
        return record.pointee.bits & NodeRecord.kindMask == NodeRecord.alias ? Int(record.pointee.first) : index
    }

    /// The index after `index` and all its descendants.
    @inlinable
    func after(_ index: Int) -> Int {
        let kind = records[index].bits & NodeRecord.kindMask
        return kind == 1 || kind == 2 ? Int(records[index].second) : index + 1
    }

    /// The text of the scalar at `index`, which is no alias.
    @inlinable
    func text(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let record = records + index
        let base = record.pointee.bits & NodeRecord.side != 0 ? side : source
        return UnsafeBufferPointer(start: base + Int(record.pointee.first), count: Int(record.pointee.second))
    }
}
