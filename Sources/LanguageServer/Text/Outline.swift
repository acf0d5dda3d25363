import SourceDiagnostics

/// One step on the way to a value.
enum OutlineStep: Sendable, Hashable {
    case key(String)
    case item
}

/// The shape of one document as its indentation and brackets tell it, also where it is no YAML yet.
///
/// It is what a person sees while typing: a word alone on a line is a key that begins there, a bracket that nobody closed
/// ends where the lines around it go on.
struct Outline: Sendable {
    struct Node: Sendable {
        /// The node that holds it; nil at the top.
        var parent: Int?
        /// Where in its line it starts.
        var column: Int
        /// The first byte: that of the key, of the dash, of the word.
        var start: Int
        /// The key as bytes of the file, quotes left out.
        var key: Range<Int>?
        /// The scalar as bytes of the file, quotes left in; nil when there is none, or what is there has parts.
        var value: Range<Int>?
        /// Behind the colon or the dash, where a value would start.
        var valueStart: Int
        var isItem = false
        /// From the bracket to behind the closing one, or to where it must end.
        var flow: Range<Int>?
        var isFlowMap = false
        /// A text of several lines behind `|` or `>`.
        var isBlock = false
        var children: [Int] = []

        /// A word that is neither a key nor an item yet.
        var isLoose: Bool { key == nil && !isItem }
    }

    let file: SourceFile
    /// The document without the lines that separate it.
    let range: Range<Int>
    private(set) var nodes: [Node]
    private(set) var top: [Int]

    init(_ file: SourceFile, _ range: Range<Int>) {
        var parser = OutlineParser(file, range)
        parser.run()
        self.file = file
        self.range = range
        nodes = parser.nodes
        top = parser.nodes.indices.filter { parser.nodes[$0].parent == nil }
    }

    /// The document around an offset.
    init(_ file: SourceFile, around offset: Int) {
        self.init(file, Self.document(around: offset, in: file))
    }

    func children(of node: Int?) -> [Int] { node.map { nodes[$0].children } ?? top }

    func keyText(_ node: Int) -> String? { nodes[node].key.map { file.text(in: $0) } }

    /// The scalar of a node without its quotes; nil for one without a scalar.
    func valueText(_ node: Int) -> String? { nodes[node].value.map { file.text(in: unquoted($0)) } }

    /// A scalar without its quotes.
    func unquoted(_ range: Range<Int>) -> Range<Int> {
        guard range.count >= 2, let first = file.bytes[range].first, first == 0x22 || first == 0x27,
            file.bytes[range].last == first
        else { return range }
        return (range.lowerBound + 1)..<(range.upperBound - 1)
    }

    /// The node below another one with this key.
    func child(_ key: String, of node: Int?) -> Int? { children(of: node).first { keyText($0) == key } }

    /// The way from the top to a node.
    func path(_ node: Int?) -> [OutlineStep] {
        var path: [OutlineStep] = []
        var current = node
        while let index = current {
            if nodes[index].isItem { path.append(.item) } else if let key = keyText(index) { path.append(.key(key)) }
            current = nodes[index].parent
        }
        return path.reversed()
    }
}

extension Outline {
    /// The stretches between the separators of a file.
    static func documents(_ file: SourceFile) -> [Range<Int>] {
        var documents: [Range<Int>] = []
        var start = 0
        var line = 0
        let bytes = file.bytes
        while line < bytes.count {
            if isSeparator(bytes, line) {
                if line > start { documents.append(start..<line) }
                start = line
            }
            line = next(bytes, line)
        }
        documents.append(start..<bytes.count)
        return documents
    }

    /// The stretch that holds an offset; a separator belongs to what comes behind it.
    static func document(around offset: Int, in file: SourceFile) -> Range<Int> {
        let bytes = file.bytes
        var start = min(offset, bytes.count)
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        var end = next(bytes, start)
        while start > 0, !isSeparator(bytes, start) {
            start -= 1
            while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        }
        while end < bytes.count, !isSeparator(bytes, end) { end = next(bytes, end) }
        return start..<end
    }

    private static func isSeparator(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) -> Bool {
        guard line + 3 <= bytes.count, bytes[line] == 0x2D, bytes[line + 1] == 0x2D, bytes[line + 2] == 0x2D else {
            return false
        }
        return line + 3 == bytes.count || [0x20, 0x09, 0x0A, 0x0D].contains(bytes[line + 3])
    }

    private static func next(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) -> Int {
        var index = line
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        return min(index + 1, bytes.count)
    }
}
