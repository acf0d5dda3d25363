extension PlainScanner {
    /// Reads the collection in brackets that opens at `start` and ends on the same line; gives its end.
    mutating func flow(_ start: Int, _ builder: inout ArenaBuilder) -> Int? {
        let floor = frames.count
        var at = start
        while true {
            // At a node: the root, an item, or the value of a pair.
            let byte = bytes[at]
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                let isMapping = byte == UInt8(ascii: "{")
                guard open(isMapping ? .mapping : .sequence, .flow, at, column: -1, &builder) else { return nil }
                at = bytes.afterSpaces(at + 1)
                if bytes[at] != (isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    if isMapping {
                        guard let value = flowKey(at, &builder) else { return nil }
                        at = value
                    }
                    continue
                }
            } else {
                guard let token = token(at, isFlow: true), add(token, at, &builder) else { return nil }
                beginNode()
                at = bytes.afterSpaces(token.end)
            }
            guard let next = afterNode(at, floor: floor, &builder) else { return nil }
            if frames.count == floor { return next }
            at = next
        }
    }

    /// Closes what closes behind a node; gives the next node, or the end of the outermost collection.
    private mutating func afterNode(_ start: Int, floor: Int, _ builder: inout ArenaBuilder) -> Int? {
        var at = start
        while true {
            let isMapping = frames.base[frames.count - 1].isMapping
            switch bytes[at] {
            case isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                at += 1
                lastEnd = at
                close(&builder)
                if frames.count == floor { return at }
                at = bytes.afterSpaces(at)
            case UInt8(ascii: ","):
                at = bytes.afterSpaces(at + 1)
                return isMapping ? flowKey(at, &builder) : at
            default: return nil
            }
        }
    }

    /// Adds the key at `at` of a mapping in braces; gives its value, which must not be left out.
    private mutating func flowKey(_ at: Int, _ builder: inout ArenaBuilder) -> Int? {
        guard let token = token(at, isFlow: true), key(token, at, &builder) else { return nil }
        let colon = bytes.afterSpaces(token.end)
        guard bytes[colon] == UInt8(ascii: ":"), bytes[colon + 1] == 0x20, colon - at <= keyBytes else { return nil }
        return bytes.afterSpaces(colon + 1)
    }
}
