/// The bytes of one stretch of a file up to a limit, and the searches in them: the only unsafe code of the scanner.
///
/// Every access is safe for every offset that is not negative: a byte at or behind `limit` reads as 0, which no text
/// that the scanner takes contains, and eight bytes are loaded at once only where all eight lie before `limit`. Every
/// search gives an offset between its start and `limit`. Offsets come from earlier searches and so never are negative.
struct ByteWindow: BitwiseCopyable {
    private let base: UnsafePointer<UInt8>
    let limit: Int

    /// The bytes at `base` up to `limit`, which stay where they are for as long as the window is used.
    init(base: UnsafePointer<UInt8>, limit: Int) {
        self.base = base
        self.limit = limit
    }

    /// The byte at `offset`, or 0 behind the end.
    @inline(__always)
    subscript(offset: Int) -> UInt8 { offset < limit ? base[offset] : 0 }

    /// Appends the bytes from `start` to `end`.
    func copy(_ start: Int, _ end: Int, to buffer: inout GrowingBuffer<UInt8>) {
        let end = min(end, limit)
        if start < end { buffer.append(from: base + start, count: end - start) }
    }

    /// The first byte at or behind `offset` that is no space.
    @inline(__always)
    func afterSpaces(_ offset: Int) -> Int {
        var at = offset
        while at < limit, base[at] == 0x20 { at += 1 }
        return at
    }

    /// The first byte that is no printable ASCII: where the line ends, if it is a line feed.
    @inline(__always)
    func lineStop(_ offset: Int) -> Int {
        search(offset, word: { Self.odd($0) }, byte: { Self.isOdd($0) })
    }

    /// The first byte that may end a plain scalar in block style: `:`, `#` or what `lineStop` finds.
    @inline(__always)
    func plainStop(_ offset: Int) -> Int {
        search(
            offset,
            word: { Self.odd($0) | Self.equal($0, 0x3A) | Self.equal($0, 0x23) },
            byte: { Self.isOdd($0) || $0 == 0x3A || $0 == 0x23 }
        )
    }

    /// The first byte that may end a plain scalar in brackets: also one of `,[]{}`.
    @inline(__always)
    func flowStop(_ offset: Int) -> Int {
        search(
            offset,
            // Bit 5 tells `[` from `{` and `]` from `}`.
            word: {
                let brackets = $0 | Self.ones &* 0x20
                return Self.odd($0) | Self.equal($0, 0x3A) | Self.equal($0, 0x23) | Self.equal($0, 0x2C)
                    | Self.equal(brackets, 0x7B) | Self.equal(brackets, 0x7D)
            },
            byte: {
                Self.isOdd($0) || $0 == 0x3A || $0 == 0x23 || $0 == 0x2C || $0 | 0x20 == 0x7B || $0 | 0x20 == 0x7D
            }
        )
    }

    /// The first byte that is `quote`, a backslash or what `lineStop` finds.
    @inline(__always)
    func quoteStop(_ offset: Int, quote: UInt8) -> Int {
        search(
            offset,
            word: { Self.odd($0) | Self.equal($0, quote) | Self.equal($0, 0x5C) },
            byte: { Self.isOdd($0) || $0 == quote || $0 == 0x5C }
        )
    }

    /// The first byte for which `byte` holds; `word` sets the top bit of the first such byte of eight.
    @inline(__always)
    private func search(_ offset: Int, word: (UInt64) -> UInt64, byte: (UInt8) -> Bool) -> Int {
        var at = offset
        while at + 8 <= limit {
            let found = word(UInt64(littleEndian: UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)))
            let tops = found & (Self.ones &* 0x80)
            if tops != 0 { return at + tops.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < limit, !byte(base[at]) { at += 1 }
        return at
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    // The tests of eight bytes at once may say yes wrongly, but only behind a byte for which yes is right: a borrow
    // or a carry comes from there. The first yes is all that `search` looks at.

    /// Below 0x20 or above 0x7E.
    @inline(__always)
    private static func odd(_ word: UInt64) -> UInt64 {
        ((word &- ones &* 0x20) & ~word) | (word &+ ones) | word
    }

    @inline(__always)
    private static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference
    }

    @inline(__always)
    private static func isOdd(_ byte: UInt8) -> Bool { byte < 0x20 || byte > 0x7E }
}
