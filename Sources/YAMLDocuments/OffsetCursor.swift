/// Turns libyaml's marks, which count code points, into byte offsets.
///
/// Marks nearly always move forward, so walking from the last one is linear; an ASCII stretch needs no walk at all.
struct OffsetCursor {
    private let source: UnsafePointer<UInt8>
    private let limit: Int
    private let base: Int
    private let isASCII: Bool
    private var codePoint = 0
    private var byte: Int

    /// Marks count from the byte `base` of `source`, and the stretch ends before `limit`.
    init(source: UnsafePointer<UInt8>, base: Int, limit: Int, isASCII: Bool) {
        self.source = source
        self.base = base
        self.limit = limit
        self.isASCII = isASCII
        byte = base
    }

    /// The byte offset in the file of the code point number `index`.
    @inline(__always)
    mutating func offset(_ index: Int) -> Int {
        isASCII ? min(base + index, limit) : walk(to: index)
    }

    private mutating func walk(to index: Int) -> Int {
        while codePoint < index, byte < limit {
            byte += 1
            while byte < limit, source[byte] & 0xC0 == 0x80 { byte += 1 }
            codePoint += 1
        }
        while codePoint > index, byte > base {
            byte -= 1
            while byte > base, source[byte] & 0xC0 == 0x80 { byte -= 1 }
            codePoint -= 1
        }
        return byte
    }
}
