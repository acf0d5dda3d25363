import SourceDiagnostics

/// Reads the lines of one document into an outline; never gives up.
struct OutlineParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: SourceFile
    let end: Int
    var at: Int
    /// Where the line starts that is read.
    var line: Int
    var nodes: [Outline.Node] = []
    /// The nodes that the next line may belong to, outermost first.
    private var open: [Int] = []

    init(_ file: SourceFile, _ range: Range<Int>) {
        self.file = file
        bytes = file.bytes
        end = range.upperBound
        at = range.lowerBound
        line = range.lowerBound
    }

    mutating func run() {
        while at < end {
            line = at
            readLine()
            skipLine()
        }
    }

    private mutating func readLine() {
        skipSpaces()
        guard let first = peek, !isBreak(first), first != UInt8(ascii: "#") else { return }
        if at == line {
            if starts("---") {
                at += 3
                skipSpaces()
            } else if starts("...") || first == UInt8(ascii: "%") {
                return
            }
        }
        var item: Int?
        while peek == UInt8(ascii: "-"), isSpaceOrEnd(at + 1) {
            close(from: at - line, isItem: true)
            item = add(start: at, isItem: true)
            at += 1
            skipSpaces()
            if let item { nodes[item].valueStart = at }
        }
        guard let next = peek, !isBreak(next), next != UInt8(ascii: "#") else { return }
        if item == nil { close(from: at - line, isItem: false) }
        readContent(of: item)
    }

    /// What stands on a line behind its dashes.
    private mutating func readContent(of item: Int?) {
        let start = at
        if let key = takeKey(inFlow: false) {
            let node = add(start: start, key: key)
            readValue(of: node)
            return
        }
        readValue(of: item ?? add(start: start))
    }

    /// What stands behind a colon, a dash, or for itself.
    private mutating func readValue(of node: Int) {
        skipSpaces()
        skipProperties()
        nodes[node].valueStart = at
        guard let first = peek, !isBreak(first), first != UInt8(ascii: "#") else { return }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): readFlow(of: node, outside: nodes[node].column)
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            nodes[node].isBlock = true
            skipBlock(below: nodes[node].column)
        case 0x22, 0x27:
            let start = at
            takeQuoted()
            nodes[node].value = start..<at
        default: nodes[node].value = takePlain(inFlow: false)
        }
    }

    /// Lines that are nested deeper belong to the text.
    private mutating func skipBlock(below column: Int) {
        skipLine()
        while at < end {
            let start = at
            skipSpaces()
            if let byte = peek, !isBreak(byte), at - start <= column {
                at = start
                // The caller leaves out the rest of a line: this one is still to be read.
                if at > 0 { at -= 1 }
                return
            }
            skipLine()
        }
    }

    /// Closes what cannot hold something at a column: a list may stand right below its key.
    private mutating func close(from column: Int, isItem: Bool) {
        while let last = open.last {
            let node = nodes[last]
            if node.column < column { break }
            if node.column == column, isItem, !node.isItem, node.value == nil, node.flow == nil, !node.isLoose { break }
            open.removeLast()
        }
    }

    private mutating func add(start: Int, key: Range<Int>? = nil, isItem: Bool = false) -> Int {
        let parent = open.last { nodes[$0].value == nil && !nodes[$0].isLoose }
        let node = append(
            Outline.Node(parent: parent, column: start - line, start: start, key: key, valueStart: at, isItem: isItem)
        )
        open.append(node)
        return node
    }

    mutating func append(_ node: Outline.Node) -> Int {
        nodes.append(node)
        if let parent = node.parent { nodes[parent].children.append(nodes.count - 1) }
        return nodes.count - 1
    }
}

/// Bytes and words.
extension OutlineParser {
    var peek: UInt8? { at < end ? bytes[at] : nil }

    func byte(_ offset: Int) -> UInt8? { offset < end ? bytes[offset] : nil }

    func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    func isSpaceOrEnd(_ offset: Int) -> Bool {
        guard let byte = byte(offset) else { return true }
        return byte == 0x20 || byte == 0x09 || isBreak(byte)
    }

    func starts(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return at + wanted.count <= end && bytes[at..<(at + wanted.count)].elementsEqual(wanted)
    }

    mutating func skipSpaces() {
        while let byte = peek, byte == 0x20 || byte == 0x09 { at += 1 }
    }

    mutating func skipLine() {
        while let byte = peek, byte != 0x0A {
            _ = byte
            at += 1
        }
        if at < end { at += 1 }
    }

    /// Anchors and tags in front of a value.
    private mutating func skipProperties() {
        while let first = peek, first == UInt8(ascii: "&") || first == UInt8(ascii: "!") {
            while !isSpaceOrEnd(at) { at += 1 }
            skipSpaces()
        }
    }

    /// A quoted text, to its closing quote or the end of its line.
    mutating func takeQuoted() {
        guard let quote = peek else { return }
        at += 1
        while let byte = peek, !isBreak(byte) {
            at += 1
            if byte == UInt8(ascii: "\\"), quote == 0x22, let next = peek, !isBreak(next) {
                at += 1
            } else if byte == quote {
                if quote == 0x27, peek == quote { at += 1 } else { return }
            }
        }
    }

    /// A text without quotes, without the white space behind it.
    mutating func takePlain(inFlow: Bool) -> Range<Int> {
        let start = at
        var last = at
        while let byte = peek, !isBreak(byte) {
            if byte == UInt8(ascii: "#"), at > start, isSpaceOrEnd(at - 1) { break }
            if inFlow, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { break }
            at += 1
            if byte != 0x20, byte != 0x09 { last = at }
        }
        return start..<last
    }

    /// A key with its colon; nothing is taken when there is none.
    mutating func takeKey(inFlow: Bool) -> Range<Int>? {
        let before = at
        guard let first = peek, !"{[|>&*!#%@`,]}".utf8.contains(first) else { return nil }
        var key = at..<at
        if first == 0x22 || first == 0x27 {
            takeQuoted()
            key = (before + 1)..<max(before + 1, at - 1)
            skipSpaces()
        } else {
            while let byte = peek, !isBreak(byte), !(byte == UInt8(ascii: ":") && endsKey(at + 1, inFlow)) {
                if byte == UInt8(ascii: "#"), isSpaceOrEnd(at - 1) { break }
                if inFlow, ",[]{}".utf8.contains(byte) { break }
                at += 1
            }
            var last = at
            while last > before, isSpaceOrEnd(last - 1) { last -= 1 }
            key = before..<last
        }
        guard peek == UInt8(ascii: ":"), endsKey(at + 1, inFlow), !key.isEmpty || first == 0x22 else {
            at = before
            return nil
        }
        at += 1
        return key
    }

    private func endsKey(_ offset: Int, _ inFlow: Bool) -> Bool {
        isSpaceOrEnd(offset) || (inFlow && byte(offset).map { ",[]{}".utf8.contains($0) } ?? true)
    }
}
