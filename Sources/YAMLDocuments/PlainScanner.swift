/// Reads documents of the plain subset of YAML that manifests are written in, without libyaml and ten times as fast.
///
/// It makes the same records as libyaml's events do. Whatever it does not know, and every fault, makes it give up the
/// document (`nil`), which libyaml then reads from its start: so faults have one source, and the subset can stay small.
/// The subset: printable ASCII and line feeds; block mappings and sequences; plain and quoted scalars on one line, the
/// quoted ones without escapes; flow collections on one line; `|`; comments. decisions/0008 has the reasons.
struct PlainScanner {
    /// A collection that is open.
    struct Frame: BitwiseCopyable {
        let record: Int
        /// The indentation of a block collection.
        let column: Int
        let keyBase: Int
        let isMapping: Bool
        /// Items, or pairs, so far.
        var count = 0
        /// The offset behind the `:` or `-` whose node has not come yet, or -1.
        var waits = -1
    }

    let bytes: ByteWindow
    let nesting: Int
    let scalarBytes: Int
    let keyBytes: Int
    let keysPerMapping: Int
    var frames: GrowingBuffer<Frame>
    /// The end of the last node that has an end of its own.
    var lastEnd = 0
    private var hasRoot = false

    init(bytes: ByteWindow, limits: ParseLimits, scratch: YAMLScratch?) {
        self.bytes = bytes
        frames = scratch?.frames ?? GrowingBuffer(capacity: 68)
        nesting = min(limits.nesting, 64)
        scalarBytes = limits.scalarBytes
        // libyaml sees no key whose `:` is more than 1024 code points behind its start.
        keyBytes = min(limits.keyBytes, 1000)
        keysPerMapping = limits.keysPerMapping
    }

    /// Frees the memory; the scanner must not be used again.
    func free() { frames.free() }

    /// Reads the document that starts at `from`, the start of the text or a line `---`; gives where the next one starts.
    ///
    /// Gives nil, with nothing left in `builder`, if there is no document or one that is not of the subset.
    mutating func scan(from: Int, into builder: inout ArenaBuilder, reuse: Bool) -> Int? {
        builder.beginDocument(reuse: reuse)
        frames.truncate(to: 0)
        hasRoot = false
        if let end = lines(from: from, &builder), hasRoot {
            while frames.count > 0 { close(&builder) }
            return end
        }
        builder.abandonDocument()
        return nil
    }

    private mutating func lines(from: Int, _ builder: inout ArenaBuilder) -> Int? {
        var line = from
        var isStarted = false
        while true {
            let at = bytes.afterSpaces(line)
            let byte = bytes[at]
            if byte == 0x0A || byte == UInt8(ascii: "#") || at == bytes.limit {
                if at == bytes.limit { return at }
                guard let next = lineEnd(at) else { return nil }
                line = next
                continue
            }
            if at == line, marksDocument(line) {
                guard byte == UInt8(ascii: "-") else { return nil }
                if isStarted || hasRoot { return line }
                // The first `---` of a stream may stand behind comments, but nothing else on its line.
                isStarted = true
                guard let next = lineEnd(bytes.afterSpaces(line + 3)) else { return nil }
                line = next
                continue
            }
            guard let next = content(at, line: line, &builder) else { return nil }
            line = next
        }
    }

    /// Reads the nodes that start on one line from `start` on; gives the start of the next line to be read.
    private mutating func content(_ start: Int, line: Int, _ builder: inout ArenaBuilder) -> Int? {
        var at = start
        while frames.count > 0, frames.base[frames.count - 1].column > at - line { close(&builder) }
        while bytes[at] == UInt8(ascii: "-"), isBlankOrEnd(at + 1) {
            guard beginItem(at, column: at - line, &builder) else { return nil }
            at = bytes.afterSpaces(at + 1)
            if at == bytes.limit || bytes[at] == 0x0A || bytes[at] == UInt8(ascii: "#") { return lineEnd(at) }
        }
        guard let token = token(at, isFlow: false) else {
            // Neither text nor a `- `: a bracket, a `|`, or nothing of ours.
            guard isValueAllowed(column: at - line) else { return nil }
            return collectionOrLiteral(at, &builder)
        }
        let after = bytes.afterSpaces(token.end)
        guard bytes[after] == UInt8(ascii: ":"), isBlankOrEnd(after + 1) else {
            guard isValueAllowed(column: at - line) else { return nil }
            return scalar(token, at, &builder)
        }
        guard after - at <= keyBytes, beginPair(at, column: at - line, &builder), key(token, at, &builder) else {
            return nil
        }
        frames.base[frames.count - 1].waits = after + 1
        at = bytes.afterSpaces(after + 1)
        if at == bytes.limit || bytes[at] == 0x0A || bytes[at] == UInt8(ascii: "#") { return lineEnd(at) }
        guard let value = self.token(at, isFlow: false) else { return collectionOrLiteral(at, &builder) }
        return scalar(value, at, &builder)
    }

    /// Adds a scalar that is a value; gives the next line.
    private mutating func scalar(_ token: Token, _ at: Int, _ builder: inout ArenaBuilder) -> Int? {
        guard add(token, at, &builder) else { return nil }
        beginNode()
        return restOfLine(token.end)
    }

    private mutating func collectionOrLiteral(_ at: Int, _ builder: inout ArenaBuilder) -> Int? {
        switch bytes[at] {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            guard let end = flow(at, &builder) else { return nil }
            return restOfLine(end)
        case UInt8(ascii: "|"): return literal(at, &builder)
        default: return nil
        }
    }

    /// The next line, if nothing but spaces and a comment follow a value.
    private func restOfLine(_ offset: Int) -> Int? {
        let at = bytes.afterSpaces(offset)
        if bytes[at] == UInt8(ascii: "#"), at == offset { return nil }
        return lineEnd(at)
    }

    /// The next line, if `at` is at the end of a line or at a comment.
    @inline(__always)
    func lineEnd(_ at: Int) -> Int? {
        if bytes[at] == 0x0A { return at + 1 }
        let end = bytes[at] == UInt8(ascii: "#") ? bytes.lineStop(at) : at
        if bytes[end] == 0x0A { return end + 1 }
        return end == bytes.limit ? end : nil
    }

    @inline(__always)
    func isBlankOrEnd(_ at: Int) -> Bool {
        bytes[at] == 0x20 || bytes[at] == 0x0A || at >= bytes.limit
    }

    /// Whether the line that starts at `line` is `---` or `...`, or has more behind one of them.
    @inline(__always)
    private func marksDocument(_ line: Int) -> Bool {
        let byte = bytes[line]
        guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") else { return false }
        return bytes[line + 1] == byte && bytes[line + 2] == byte && isBlankOrEnd(line + 3)
    }

    /// Whether a node that is no key may start a line at `column`, or stand behind a `- `.
    private func isValueAllowed(column: Int) -> Bool {
        guard frames.count > 0 else { return !hasRoot }
        let top = frames.base[frames.count - 1]
        return top.waits >= 0 && top.column < column
    }
}

// MARK: - Collections in block style

extension PlainScanner {
    /// Tells the innermost collection that the node which it waits for is here.
    @inline(__always)
    mutating func beginNode() {
        hasRoot = true
        guard frames.count > 0 else { return }
        let top = frames.base + (frames.count - 1)
        top.pointee.waits = -1
        if !top.pointee.isMapping { top.pointee.count += 1 }
    }

    /// Opens a collection that starts at `at`; false if it nests too deep.
    mutating func open(_ kind: YAMLKind, _ style: YAMLStyle, _ at: Int, column: Int, _ builder: inout ArenaBuilder)
        -> Bool
    {
        guard frames.count < nesting else { return false }
        beginNode()
        let record = builder.records.count
        frames.append(Frame(record: record, column: column, keyBase: builder.keys.count, isMapping: kind == .mapping))
        let start = UInt32(truncatingIfNeeded: at)
        builder.records.append(
            NodeRecord(bits: NodeRecord.bits(kind, style, .none), start: start, end: start, first: 0, second: 0)
        )
        return true
    }

    /// Closes the innermost collection, whose end is the end of its last node.
    mutating func close(_ builder: inout ArenaBuilder) {
        let frame = frames.base[frames.count - 1]
        if frame.waits >= 0 { null(frame.waits, &builder) }
        let count = frames.base[frames.count - 1].count
        frames.truncate(to: frames.count - 1)
        if frame.isMapping { builder.keys.remove(from: frame.keyBase) }
        let record = builder.records.base + frame.record
        record.pointee.end = UInt32(truncatingIfNeeded: lastEnd)
        record.pointee.first = UInt32(truncatingIfNeeded: count)
        record.pointee.second = UInt32(truncatingIfNeeded: builder.records.count)
    }

    /// Takes the `-` at `at` in the sequence that it continues or begins.
    private mutating func beginItem(_ at: Int, column: Int, _ builder: inout ArenaBuilder) -> Bool {
        if frames.count > 0 {
            let top = frames.base[frames.count - 1]
            if top.column == column, !top.isMapping {
                if top.waits >= 0 { null(top.waits, &builder) }
                frames.base[frames.count - 1].waits = at + 1
                return true
            }
            // A sequence may start in the column of the mapping whose value it is.
            guard top.waits >= 0 else { return false }
        } else if hasRoot {
            return false
        }
        guard open(.sequence, .block, at, column: column, &builder) else { return false }
        frames.base[frames.count - 1].waits = at + 1
        return true
    }

    /// Takes the key at `at` in the mapping that it continues or begins.
    private mutating func beginPair(_ at: Int, column: Int, _ builder: inout ArenaBuilder) -> Bool {
        guard frames.count > 0 else { return !hasRoot && open(.mapping, .block, at, column: column, &builder) }
        // A sequence in the column of its mapping ends at the next key.
        if frames.base[frames.count - 1].column == column, !frames.base[frames.count - 1].isMapping {
            close(&builder)
            guard frames.count > 0 else { return false }
        }
        let top = frames.base[frames.count - 1]
        if top.column == column {
            if top.waits >= 0 { null(top.waits, &builder) }
            return top.isMapping
        }
        return top.waits >= 0 && open(.mapping, .block, at, column: column, &builder)
    }
}
