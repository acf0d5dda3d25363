extension PlainScanner {
    /// Reads the block scalar whose `|` is at `start`; gives the line behind it.
    ///
    /// Follows libyaml step by step: blank lines before the text take part in finding its indentation, and the scalar
    /// ends behind the last line break that was taken, from where `trimmedEnd` goes back.
    mutating func literal(_ start: Int, _ builder: inout ArenaBuilder) -> Int? {
        let chomping = bytes[start + 1]
        let isChomped = chomping == UInt8(ascii: "-") || chomping == UInt8(ascii: "+")
        let header = bytes.afterSpaces(start + (isChomped ? 2 : 1))
        if bytes[header] == UInt8(ascii: "#"), bytes[header - 1] != 0x20 { return nil }
        guard var line = lineEnd(header), line < bytes.limit else { return nil }

        let outer = frames.count > 0 ? frames.base[frames.count - 1].column : -1
        let indent = max(literalColumn(&line), outer + 1, 1)
        // `literalColumn` passed over the blank lines, so they are counted from the header's end again.
        let text = builder.side.count
        guard var breaks = lineEnd(header).map({ newlines(from: $0, to: line) }) else { return nil }
        var hasText = false
        var at = bytes.afterSpaces(line)
        var isText = at - line == indent
        while isText, at < bytes.limit {
            let stop = bytes.lineStop(at)
            guard stop < bytes.limit, bytes[stop] == 0x0A else { return nil }
            for _ in 0..<breaks + (hasText ? 1 : 0) { builder.side.append(0x0A) }
            bytes.copy(at, stop, to: &builder.side)
            hasText = true
            breaks = 0
            line = stop + 1
            at = afterIndent(line, indent)
            while bytes[at] == 0x0A {
                breaks += 1
                line = at + 1
                at = afterIndent(line, indent)
            }
            isText = at - line == indent
        }
        if hasText, chomping != UInt8(ascii: "-") { builder.side.append(0x0A) }
        if chomping == UInt8(ascii: "+") { for _ in 0..<breaks { builder.side.append(0x0A) } }
        return addLiteral(start, end: builder.trimmedEnd(start: start, end: line), text: text, &builder) ? line : nil
    }

    /// Moves `line` over blank lines; gives the most spaces that one of them, or the first that is not blank, begins with.
    private func literalColumn(_ line: inout Int) -> Int {
        var most = 0
        while true {
            let at = bytes.afterSpaces(line)
            most = max(most, at - line)
            guard bytes[at] == 0x0A else { return most }
            line = at + 1
        }
    }

    private func newlines(from: Int, to: Int) -> Int {
        var count = 0
        for at in from..<max(from, to) where bytes[at] == 0x0A { count += 1 }
        return count
    }

    private func afterIndent(_ line: Int, _ indent: Int) -> Int {
        var at = line
        while at - line < indent, bytes[at] == 0x20 { at += 1 }
        return at
    }

    private mutating func addLiteral(_ start: Int, end: Int, text: Int, _ builder: inout ArenaBuilder) -> Bool {
        let length = builder.side.count - text
        guard length <= scalarBytes else { return false }
        builder.records.append(
            NodeRecord(
                bits: NodeRecord.bits(.scalar, .literal, .none) | NodeRecord.side,
                start: UInt32(truncatingIfNeeded: start),
                end: UInt32(truncatingIfNeeded: end),
                first: UInt32(truncatingIfNeeded: text),
                second: UInt32(truncatingIfNeeded: length)
            )
        )
        lastEnd = end
        beginNode()
        return true
    }
}
