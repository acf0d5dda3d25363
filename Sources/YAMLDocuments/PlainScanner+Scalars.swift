extension PlainScanner {
    /// A scalar that was found: its style, where its text begins and how long that is, and where the scalar ends.
    struct Token {
        let style: YAMLStyle
        let text: Int
        let length: Int
        let end: Int
    }

    /// The plain or quoted scalar that starts at `at` and ends on the same line.
    @inline(__always)
    func token(_ at: Int, isFlow: Bool) -> Token? {
        let byte = bytes[at]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return quoted(at, byte) }
        guard startsPlain(at, byte) else { return nil }
        guard let stop = isFlow ? flowPlainStop(at) : plainStop(at) else { return nil }
        var end = stop
        while end > at, bytes[end - 1] == 0x20 { end -= 1 }
        return Token(style: .plain, text: at, length: end - at, end: end)
    }

    private func quoted(_ at: Int, _ quote: UInt8) -> Token? {
        var stop = bytes.quoteStop(at + 1, quote: quote)
        // A backslash is an escape in double quotes alone.
        while bytes[stop] == UInt8(ascii: "\\"), quote == UInt8(ascii: "'") {
            stop = bytes.quoteStop(stop + 1, quote: quote)
        }
        guard bytes[stop] == quote else { return nil }
        if quote == UInt8(ascii: "'") {
            // Two single quotes are an escaped one.
            guard bytes[stop + 1] != quote else { return nil }
            return Token(style: .singleQuoted, text: at + 1, length: stop - at - 1, end: stop + 1)
        }
        return Token(style: .doubleQuoted, text: at + 1, length: stop - at - 1, end: stop + 1)
    }

    /// Whether a plain scalar may start with `byte`, which is at `at`: no indicator, or a `-` with text behind it.
    @inline(__always)
    private func startsPlain(_ at: Int, _ byte: UInt8) -> Bool {
        switch byte {
        // Letters, digits and `$ ( ) + . / ; < = \ ^ _ ~`.
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x24, 0x28, 0x29, 0x2B, 0x2E, 0x2F, 0x3B...0x3D, 0x5C, 0x5E, 0x5F,
            0x7E:
            return true
        default: break
        }
        guard byte == UInt8(ascii: "-") else { return false }
        let next = bytes[at + 1]
        return next == byte || next == UInt8(ascii: ".") || (next | 0x20 >= 0x61 && next | 0x20 <= 0x7A)
            || (next >= 0x30 && next <= 0x39)
    }

    /// Where a plain scalar in block style stops: at the end of the line, a comment or a `:` that makes it a key.
    @inline(__always)
    private func plainStop(_ start: Int) -> Int? {
        var at = start
        while true {
            at = bytes.plainStop(at)
            switch bytes[at] {
            case 0x0A: return at
            case UInt8(ascii: ":"): if isBlankOrEnd(at + 1) { return at }
            case UInt8(ascii: "#"): if bytes[at - 1] == 0x20 { return at }
            default: return at == bytes.limit ? at : nil
            }
            at += 1
        }
    }

    /// Where a plain scalar in brackets stops: at one of `,[]{}` or at `: `.
    @inline(__always)
    private func flowPlainStop(_ start: Int) -> Int? {
        var at = start
        while true {
            at = bytes.flowStop(at)
            switch bytes[at] {
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                return at
            case UInt8(ascii: ":"):
                switch bytes[at + 1] {
                case 0x20: return at
                // libyaml takes `a:]` for a fault.
                case UInt8(ascii: ","), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
                    UInt8(ascii: "}"):
                    return nil
                default: break
                }
            case UInt8(ascii: "#"): if bytes[at - 1] == 0x20 { return nil }
            default: return nil
            }
            at += 1
        }
    }

    /// Adds the record of a scalar; false if it is too long.
    @inline(__always)
    mutating func add(_ token: Token, _ at: Int, _ builder: inout ArenaBuilder) -> Bool {
        guard token.length <= scalarBytes else { return false }
        var bits = NodeRecord.bits(.scalar, token.style, .none)
        if token.style == .plain, token.length <= 4, isNull(token) { bits |= NodeRecord.null }
        builder.records.append(
            NodeRecord(
                bits: bits,
                start: UInt32(truncatingIfNeeded: at),
                end: UInt32(truncatingIfNeeded: token.end),
                first: UInt32(truncatingIfNeeded: token.text),
                second: UInt32(truncatingIfNeeded: token.length)
            )
        )
        lastEnd = token.end
        return true
    }

    /// Adds a key of the innermost mapping; false if it is null, `<<`, too long, one too many or given twice.
    @inline(__always)
    mutating func key(_ token: Token, _ at: Int, _ builder: inout ArenaBuilder) -> Bool {
        guard token.length <= keyBytes, add(token, at, &builder) else { return false }
        let record = builder.records.count - 1
        guard builder.records.base[record].bits & NodeRecord.null == 0 else { return false }
        if token.style == .plain, token.length == 2, bytes[at] == UInt8(ascii: "<"), bytes[at + 1] == bytes[at] {
            return false
        }
        let top = frames.base + (frames.count - 1)
        top.pointee.count += 1
        return top.pointee.count <= keysPerMapping
            && builder.keys.insert(record, base: top.pointee.keyBase, view: builder.view) == nil
    }

    /// Adds the empty scalar of the innermost collection behind a `:` or `-` that nothing follows.
    mutating func null(_ at: Int, _ builder: inout ArenaBuilder) {
        beginNode()
        let place = UInt32(truncatingIfNeeded: at)
        let bits = NodeRecord.bits(.scalar, .plain, .none) | NodeRecord.null
        builder.records.append(NodeRecord(bits: bits, start: place, end: place, first: place, second: 0))
        lastEnd = at
    }

    private func isNull(_ token: Token) -> Bool {
        if token.length == 1 { return bytes[token.text] == UInt8(ascii: "~") }
        guard token.length == 4 else { return false }
        let text = (bytes[token.text], bytes[token.text + 1], bytes[token.text + 2], bytes[token.text + 3])
        return text == (0x6E, 0x75, 0x6C, 0x6C) || text == (0x4E, 0x75, 0x6C, 0x6C) || text == (0x4E, 0x55, 0x4C, 0x4C)
    }
}
