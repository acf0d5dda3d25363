/// The number of a file in a `SourceMap`.
@usableFromInline
package struct SourceID: Sendable, BitwiseCopyable, Hashable, Comparable {
    /// The index of the file in its map.
    @usableFromInline package let rawValue: Int32

    /// The id with this index.
    @inlinable
    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// Whether `left` was added before `right`.
    @usableFromInline package static func < (left: SourceID, right: SourceID) -> Bool { left.rawValue < right.rawValue }
}

/// A stretch of one file, as UTF-8 byte offsets.
@usableFromInline
package struct SourceRange: Sendable, BitwiseCopyable, Hashable {
    /// The file it is in.
    @usableFromInline package let file: SourceID
    /// The offset of its first byte.
    @usableFromInline package let start: UInt32
    /// The offset after its last byte; equal to `start` for a point.
    @usableFromInline package let end: UInt32

    /// The range from `start` up to, not including, `end`.
    @inlinable
    package init(file: SourceID, start: UInt32, end: UInt32) {
        self.file = file
        self.start = start
        self.end = end
    }

    /// Whether the range holds no bytes.
    package var isEmpty: Bool { end <= start }

    /// The smallest range that holds both; `other` must be in the same file, else the result is `self`.
    package func union(_ other: SourceRange) -> SourceRange {
        guard other.file == file else { return self }
        return SourceRange(file: file, start: min(start, other.start), end: max(end, other.end))
    }
}
