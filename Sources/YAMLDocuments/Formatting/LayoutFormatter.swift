import SourceDiagnostics

/// What laying out a file anew gave.
package enum LayoutResult: Sendable, Hashable {
    case unchanged
    case changed([UInt8])
    /// The text is not YAML, or nested too deep; reading it says what is wrong.
    case unreadable
    /// The layout could not be changed without changing more than it.
    case refused(String)
}

/// Lays a YAML file out in one way: only white space between tokens changes, and quotes that mean the same.
///
/// Two spaces for each level, lists indented below their key, one space behind `:`, `-` and `,` and in front of
/// comments, none inside brackets, at most one blank line, single quotes where nothing has to be escaped. What has
/// several lines keeps them: lists and maps in brackets, texts, blocks.
package struct LayoutFormatter {
    private struct Frame {
        var isSequence: Bool
        /// A list whose dashes stand below the first letter of its key; libyaml tells neither its start nor its end.
        var isIndentless = false
        /// The columns in which it stands and is to stand.
        var old: Int
        var new: Int
    }

    private let file: SourceFile
    private let lineBreak: [UInt8]
    private var out: [UInt8] = []
    private var frames: [Frame] = []
    private var flowDepth = 0
    /// The last token that has bytes.
    private var last: YAMLToken?
    /// Quotes stay as they are in a document that may be JSON.
    private var keepsQuotes = false
    private var isStart = true
    /// A byte up to which the text was looked at, and where its line starts.
    private var known: (offset: Int, lineStart: Int)

    /// Lays out a file; the result says the same as before, or there is none.
    package static func format(_ file: SourceFile) -> LayoutResult {
        guard let before = EventDigest(file), let scan = TokenScan(file) else { return .unreadable }
        guard let comments = CommentDigest(file, scan.tokens) else { return .refused("it holds unusual line breaks") }
        var formatter = LayoutFormatter(file)
        if let reason = formatter.run(scan.tokens) { return .refused(reason) }
        if formatter.out.elementsEqual(file.bytes) { return .unchanged }
        let result = SourceFile(path: file.path, bytes: formatter.out)
        guard EventDigest(result) == before, let after = TokenScan(result),
            CommentDigest(result, after.tokens) == comments
        else { return .refused("its layout decides what it means") }
        return .changed(formatter.out)
    }

    private init(_ file: SourceFile) {
        self.file = file
        let first = file.bytes.firstIndex(of: 0x0A) ?? 0
        lineBreak = first > 0 && file.bytes[first - 1] == 0x0D ? [0x0D, 0x0A] : [0x0A]
        known = (0, file.markLength)
        out = Array(file.bytes.prefix(file.markLength))
    }

    /// Returns why it gave up, if it did.
    private mutating func run(_ tokens: [YAMLToken]) -> String? {
        var structure: [YAMLToken] = []
        for token in tokens {
            if token.range.isEmpty, token.kind != .scalar {
                structure.append(token)
                continue
            }
            if token.kind == .key { return "a key is written with `?`" }
            let before = frames
            let gapColumn = last.map { column(of: $0.range.upperBound) } ?? 0
            let startsEntry = apply(structure, token)
            let target = indentation(of: token, startsEntry: startsEntry)
            guard let gap = TokenGap(file, gapRange(to: token), column: gapColumn) else {
                return "it holds unusual line breaks"
            }
            let opens = structure.contains { $0.kind == .blockMappingStart || $0.kind == .blockSequenceStart }
            let isContent = opens || (!startsEntry && token.kind != .blockEntry && token.kind != .documentStart)
            let joins = last?.kind == .blockEntry && !gap.hasComment && isContent
            write(gap, to: token, target, candidates: before + frames, joins: joins)
            write(token)
            if token.kind == .flowStart { flowDepth += 1 }
            if token.kind == .flowEnd { flowDepth -= 1 }
            last = token
            structure = []
        }
        return finish()
    }

    /// Follows tokens that have no bytes, and the next one that does; true when it starts an entry of a map.
    private mutating func apply(_ structure: [YAMLToken], _ token: YAMLToken) -> Bool {
        var startsEntry = false
        for token in structure where flowDepth == 0 {
            switch token.kind {
            case .blockMappingStart, .blockSequenceStart:
                let isSequence = token.kind == .blockSequenceStart
                frames.append(Frame(isSequence: isSequence, old: column(of: token.range.lowerBound), new: nextIndent))
            case .blockEnd:
                if frames.last?.isIndentless == true { frames.removeLast() }
                if !frames.isEmpty { frames.removeLast() }
            case .key:
                if frames.last?.isIndentless == true { frames.removeLast() }
                startsEntry = true
            default: break
            }
        }
        if token.kind == .blockEntry, frames.last?.isSequence == false {
            let old = column(of: token.range.lowerBound)
            frames.append(Frame(isSequence: true, isIndentless: true, old: old, new: nextIndent))
        }
        if [.documentStart, .documentEnd, .directive].contains(token.kind) { frames = [] }
        return startsEntry
    }

    private var nextIndent: Int { frames.last.map { $0.new + 2 } ?? 0 }
    private var shift: Int { frames.last.map { $0.new - $0.old } ?? 0 }

    /// Where a token comes to stand if it is the first of its line.
    private mutating func indentation(of token: YAMLToken, startsEntry: Bool) -> Int {
        if [.documentStart, .documentEnd, .directive].contains(token.kind) { return 0 }
        if flowDepth > 0 { return max(0, column(of: token.range.lowerBound) + shift) }
        if startsEntry || token.kind == .blockEntry { return frames.last?.new ?? 0 }
        return nextIndent
    }

    private func gapRange(to token: YAMLToken) -> Range<Int> {
        let start = last?.range.upperBound ?? 0
        return start..<max(start, token.range.lowerBound)
    }

    /// The column of a byte, which is asked for nearly in order: a file may be one long line.
    private mutating func column(of offset: Int) -> Int {
        if offset < known.lineStart { known = (0, file.markLength) }
        while known.offset < offset {
            let byte = file.bytes[known.offset]
            known.offset += 1
            if byte == 0x0A || byte == 0x0D { known.lineStart = known.offset }
        }
        return max(0, offset - known.lineStart)
    }

    // MARK: Writing

    private mutating func write(
        _ gap: TokenGap,
        to token: YAMLToken,
        _ target: Int,
        candidates: [Frame],
        joins: Bool
    ) {
        if isStart {
            writeLines(gap.pieces[...], candidates, column(of: token.range.lowerBound), target)
            pad(target)
            isStart = false
        } else if endsLine {
            writeLines(gap.pieces[...], candidates, column(of: token.range.lowerBound), target)
            pad(target)
        } else if gap.breaksLine, !joins {
            if let comment = gap.pieces[0].comment { out += [0x20] + Self.comment(comment) }
            out += lineBreak
            writeLines(gap.pieces.dropFirst(), candidates, column(of: token.range.lowerBound), target)
            pad(target)
        } else if needsSpace(before: token) {
            out.append(0x20)
        }
        if token.kind == .documentStart { keepsQuotes = false }
        if frames.isEmpty, token.kind == .flowStart, flowDepth == 0 { keepsQuotes = true }
    }

    /// Writes the comments and blank lines of a gap; the last piece is the beginning of the next token's line.
    private mutating func writeLines(_ pieces: ArraySlice<TokenGap.Piece>, _ frames: [Frame], _ old: Int, _ new: Int) {
        var isBlank = out.isEmpty || (out.count == 3 && isStart)
        for (index, piece) in zip(pieces.indices, pieces) {
            let isLast = index == pieces.endIndex - 1
            if let comment = piece.comment {
                pad(place(piece.column, frames, old, new))
                out += Self.comment(comment) + lineBreak
                isBlank = false
            } else if !isLast, !isBlank {
                out += lineBreak
                isBlank = true
            }
        }
    }

    /// Where a comment that has its line for itself comes to stand: with what stands in its column now.
    private func place(_ column: Int, _ frames: [Frame], _ old: Int, _ new: Int) -> Int {
        if column == old { return new }
        if let frame = frames.last(where: { $0.old == column }) { return frame.new }
        return frames.last { $0.old < column }.map { $0.new + 2 } ?? new
    }

    private mutating func pad(_ count: Int) { out += [UInt8](repeating: 0x20, count: count) }

    private var endsLine: Bool { out.last == 0x0A || out.last == 0x0D }

    private func needsSpace(before token: YAMLToken) -> Bool {
        guard let last else { return false }
        if last.kind == .value { return true }
        switch token.kind {
        case .value: return last.kind == .alias
        case .flowEntry, .flowEnd: return false
        default: return last.kind != .flowStart
        }
    }

    private mutating func write(_ token: YAMLToken) {
        guard token.kind == .scalar else {
            out += Array(file.bytes[token.range])
            return
        }
        let text = ScalarLayout(bytes: Array(file.bytes[token.range]), style: token.style)
        let parent = frames.last?.old ?? -1
        out += keepsQuotes ? text.shifted(by: shift, parent: parent) : text.normalized(shift: shift, parent: parent)
    }

    /// A comment with one space behind its `#`, where a word follows at once.
    static func comment(_ text: [UInt8]) -> [UInt8] {
        guard text.count > 1, text[0] == UInt8(ascii: "#") else { return text }
        let isLetter = (0x61...0x7A).contains(text[1] | 0x20)
        return isLetter ? [text[0], 0x20] + text[1...] : text
    }

    private mutating func finish() -> String? {
        let start = last?.range.upperBound ?? 0
        guard let gap = TokenGap(file, start..<file.count, column: column(of: start))
        else {
            return "it holds unusual line breaks"
        }
        var lines = gap.pieces[...]
        if !isStart, !endsLine {
            if let comment = lines.first?.comment { out += [0x20] + Self.comment(comment) }
            lines = lines.dropFirst()
            // A block of text without a last line break would get one more than it has.
            let isBlock = last.map { $0.kind == .scalar && ($0.style == .literal || $0.style == .folded) } ?? false
            if !isBlock || gap.breaksLine { out += lineBreak }
        }
        while let final = lines.last, final.comment == nil { lines.removeLast() }
        if !lines.isEmpty { writeLines(lines + [TokenGap.Piece(comment: nil, column: 0)], frames, 0, 0) }
        return nil
    }
}
