import SourceDiagnostics

/// One node of a document: a small value that is copied without reference counting.
///
/// A node borrows the memory of its document. It comes from `YAMLDocument.withRoot` or `YAMLReader.forEachDocument` and
/// must not be kept after their closure returned; keep `text` and `range`, which are values of their own.
package struct YAMLNode {
    @usableFromInline let view: UnsafePointer<NodeView>
    @usableFromInline let record: UnsafePointer<NodeRecord>
    @usableFromInline let site: UInt32
    @usableFromInline let keySite: UInt32

    @usableFromInline static let noKey = UInt32.max

    @inlinable
    init(view: UnsafePointer<NodeView>, site: Int, keySite: UInt32 = YAMLNode.noKey) {
        self.view = view
        self.site = UInt32(truncatingIfNeeded: site)
        self.keySite = keySite
        record = view.pointee.records + view.pointee.resolve(site)
    }

    /// What the node is.
    @inlinable package var kind: YAMLKind {
        YAMLKind(rawValue: UInt8(truncatingIfNeeded: record.pointee.bits & 0b11)) ?? .scalar
    }

    /// Whether the node is text.
    @inlinable package var isScalar: Bool { record.pointee.bits & 0b11 == 0 }
    /// Whether the node is a list.
    @inlinable package var isSequence: Bool { record.pointee.bits & 0b11 == 1 }
    /// Whether the node has keys and values.
    @inlinable package var isMapping: Bool { record.pointee.bits & 0b11 == 2 }

    /// How the node is written.
    @inlinable package var style: YAMLStyle {
        YAMLStyle(rawValue: UInt8(truncatingIfNeeded: record.pointee.bits >> 2 & 0b111)) ?? .plain
    }

    /// The explicit tag of the node.
    @inlinable package var tag: YAMLTag {
        YAMLTag(rawValue: UInt8(truncatingIfNeeded: record.pointee.bits >> 5 & 0b111)) ?? .none
    }

    /// Whether the node means null: an untagged plain scalar that is empty, `~`, `null`, `Null` or `NULL`, or `!!null`.
    @inlinable package var isNull: Bool { record.pointee.bits & NodeRecord.null != 0 }

    /// Whether the node is a scalar without quotes, so that it may mean a number, a bool or null.
    @inlinable package var isPlain: Bool { record.pointee.bits & 0b11111 == 0 }

    /// Where the node is written; an alias leads to the anchored node.
    @inlinable package var range: SourceRange {
        SourceRange(file: view.pointee.file, start: record.pointee.start, end: record.pointee.end)
    }

    /// Where the node is used: the `*alias` itself, or where a merge key brought it in; else the same as `range`.
    @inlinable package var useRange: SourceRange {
        let used = view.pointee.records[Int(site)]
        return SourceRange(file: view.pointee.file, start: used.start, end: used.end)
    }

    /// Whether the node was reached through an alias or a merge key.
    @inlinable package var isAliased: Bool { view.pointee.records[Int(site)].bits & 0b11 == NodeRecord.alias }

    /// Where the key is written whose value this node is; nil for list items, keys and the root.
    @inlinable package var keyRange: SourceRange? {
        guard keySite != YAMLNode.noKey else { return nil }
        let key = view.pointee.records[view.pointee.resolve(Int(keySite))]
        return SourceRange(file: view.pointee.file, start: key.start, end: key.end)
    }

    /// The text of a scalar as bytes, good inside the closure; no bytes for a collection.
    @inlinable
    package func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(utf8)
    }

    /// The text of a scalar as bytes, good as long as the node itself; no bytes for a collection.
    @inlinable package var utf8: UnsafeBufferPointer<UInt8> {
        guard record.pointee.bits & 0b11 == 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        let base = record.pointee.bits & NodeRecord.side != 0 ? view.pointee.side : view.pointee.source
        return UnsafeBufferPointer(start: base + Int(record.pointee.first), count: Int(record.pointee.second))
    }

    /// The text of a scalar; empty for a collection.
    @inlinable package var text: String { String(decoding: utf8, as: UTF8.self) }

    /// Whether the node is a scalar with exactly this text.
    @inlinable
    package func hasText(_ text: StaticString) -> Bool {
        let own = utf8
        guard isScalar, text.hasPointerRepresentation, own.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<own.count where own[index] != text.utf8Start[index] { return false }
        return true
    }

    /// How many items a list or pairs a mapping has; 0 for a scalar.
    @inlinable package var count: Int { isScalar ? 0 : Int(record.pointee.first) }
}
