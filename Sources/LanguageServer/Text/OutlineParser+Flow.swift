/// Lists and maps in brackets.
extension OutlineParser {
    private static let deepest = 64

    /// Reads a list or a map whose bracket comes next as the value of a node.
    ///
    /// - Parameter column: A line that goes on at this column or before it is outside of an unclosed bracket.
    mutating func readFlow(of node: Int, outside column: Int, depth: Int = 0) {
        let start = at
        let isMap = peek == UInt8(ascii: "{")
        nodes[node].isFlowMap = isMap
        at += 1
        while let byte = peek {
            switch byte {
            case 0x20, 0x09, UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                at += 1
                nodes[node].flow = start..<at
                return
            case UInt8(ascii: "#") where isSpaceOrEnd(at - 1), 0x0A, 0x0D:
                guard goOnBehindBreak(outside: column) else {
                    nodes[node].flow = start..<at
                    return
                }
            default: readEntry(of: node, isMap: isMap, outside: column, depth: depth)
            }
        }
        nodes[node].flow = start..<at
    }

    private mutating func readEntry(of parent: Int, isMap: Bool, outside column: Int, depth: Int) {
        let start = at
        let key = isMap ? takeKey(inFlow: true) : nil
        let entry = append(
            Outline.Node(
                parent: parent,
                column: max(0, start - line),
                start: start,
                key: key,
                valueStart: at,
                isItem: !isMap
            )
        )
        skipSpaces()
        nodes[entry].valueStart = at
        guard let first = peek, !isBreak(first), first != UInt8(ascii: "}"), first != UInt8(ascii: "]"),
            first != UInt8(ascii: ",")
        else { return }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), depth < Self.deepest {
            readFlow(of: entry, outside: column, depth: depth + 1)
        } else if first == 0x22 || first == 0x27 {
            let from = at
            takeQuoted()
            nodes[entry].value = from..<at
        } else {
            nodes[entry].value = takePlain(inFlow: true)
            // A bracket too deep to be looked into.
            if at == start { at += 1 }
        }
    }

    /// Goes to the next line with something on it, unless that is outside.
    private mutating func goOnBehindBreak(outside column: Int) -> Bool {
        let here = at
        while true {
            skipLine()
            let start = at
            skipSpaces()
            guard let byte = peek else {
                at = here
                return false
            }
            if isBreak(byte) || byte == UInt8(ascii: "#") { continue }
            let closes = byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
            if at - start <= column, !closes {
                at = here
                return false
            }
            line = start
            return true
        }
    }
}
