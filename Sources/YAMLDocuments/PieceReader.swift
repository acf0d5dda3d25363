import CLibYAML
import SourceDiagnostics

/// Which code reads documents.
package enum YAMLParsingPath: Sendable {
    /// Our scanner where a document is of its subset, libyaml for all others.
    case fastest
    /// libyaml alone, which the scanner is compared with.
    case libyaml
}

/// Reads one stretch of a file: lets the scanner try each document and drives libyaml where it gives up.
///
/// After a syntax error the document is read again as if the value at fault were in quotes; where it is not known what
/// was meant, reading goes on at the next document.
struct PieceReader {
    private var builder: ArenaBuilder
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private let start: Int
    private let keepsAll: Bool
    private let text: TextScan
    private let path: YAMLParsingPath
    private var scanner: PlainScanner
    private let scratch: YAMLScratch?
    private var index = 0
    private var stopgap: Stopgap

    /// How many documents the scanner read, without libyaml.
    private(set) var scanned = 0

    /// How many documents were given up.
    private(set) var abandoned = 0

    /// What was found wrong.
    var diagnostics: [Diagnostic] { text.diagnostics + builder.diagnostics }

    /// - Parameters:
    ///   - keepsAll: Whether the nodes of a document stay when the next one is read.
    ///   - scratch: Memory that was used before, for readers that keep nothing.
    init(
        file: SourceFile,
        id: SourceID,
        range: Range<Int>?,
        limits: ParseLimits,
        path: YAMLParsingPath,
        keepsAll: Bool,
        scratch: YAMLScratch? = nil
    ) {
        let bytes = file.bytes
        let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
        var start = range.lowerBound
        if start == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = 3 }
        self.start = start
        self.bytes = bytes
        self.keepsAll = keepsAll
        self.path = path
        limit = range.upperBound
        text = TextScan(file: file, id: id, range: start..<max(start, range.upperBound), limits: limits)
        stopgap = Stopgap(limit: limit)
        scanner = PlainScanner(bytes: ByteWindow(base: file.base, limit: limit), limits: limits, scratch: scratch)
        self.scratch = scratch
        let size = limit - start
        builder = ArenaBuilder(
            file: file,
            id: id,
            limits: limits,
            capacity: keepsAll ? size / 8 : min(size / 8, 4096),
            cursor: OffsetCursor(source: file.base, base: start, limit: limit, isASCII: true),
            scratch: scratch
        )
    }

    /// Hands over the memory of the nodes.
    func takeArena() -> NodeArena {
        builder.freeScratch()
        scanner.free()
        return NodeArena(records: builder.records, side: builder.side, file: builder.file, id: builder.id)
    }

    /// Frees the memory of the nodes, or gives it back to where it came from.
    func free() {
        if let scratch {
            scratch.records = builder.records
            scratch.side = builder.side
            scratch.open = builder.open
            scratch.keys = builder.keys
            scratch.frames = scanner.frames
            return
        }
        builder.freeScratch()
        scanner.free()
        builder.records.free()
        builder.side.free()
    }

    /// Parses everything and calls `body` after each document.
    mutating func run(_ body: (borrowing ArenaBuilder, Int, SourceRange) -> Void) {
        guard !text.isUnreadable else { return }
        text.withParseable { input in
            var next: Int? = start
            while let from = next {
                next = scan(from: from, body) ?? parse(from: from, input: input, body)
                if next == limit { next = nil }
            }
        }
        stopgap.free()
    }

    /// Lets the scanner read the document that starts at `from`; gives where to go on, or nil if libyaml must read it.
    private mutating func scan(from: Int, _ body: (borrowing ArenaBuilder, Int, SourceRange) -> Void) -> Int? {
        guard path == .fastest, let end = scanner.scan(from: from, into: &builder, reuse: !keepsAll) else { return nil }
        scanned += 1
        finishDocument(body)
        return end
    }

    /// Parses from a document's start up to one that the scanner reads, the end or the first syntax error that nothing
    /// can stand in for; gives where to go on.
    private mutating func parse(
        from: Int,
        input: UnsafePointer<UInt8>,
        _ body: (borrowing ArenaBuilder, Int, SourceRange) -> Void
    ) -> Int? {
        var start = ParseStart(from: from, faults: builder.faults, diagnostics: builder.diagnostics.count)
        while true {
            switch parseOnce(&start, input: start.mended.isEmpty ? input : stopgap.text(input), body) {
            case .done(let next): return next
            case .again: continue
            }
        }
    }

    private enum ParseEnd {
        case done(next: Int?)
        case again
    }

    /// Where a document starts, and what stood there before it was read.
    private struct ParseStart {
        var from: Int
        var faults: Int
        var diagnostics: Int
        /// Faults of its syntax that something stands in for.
        var mended: [Diagnostic] = []
    }

    private mutating func parseOnce(
        _ start: inout ParseStart,
        input: UnsafePointer<UInt8>,
        _ body: (borrowing ArenaBuilder, Int, SourceRange) -> Void
    ) -> ParseEnd {
        let from = start.from
        guard let parser = EventParser(bytes: input + from, count: limit - from, isStepped: path == .fastest) else {
            builder.report(Diagnostic(.yamlSyntax, "not enough memory to parse", at: builder.range(from, from)))
            return .done(next: nil)
        }
        defer { parser.free() }
        builder.cursor = OffsetCursor(source: input, base: from, limit: limit, isASCII: text.isASCII)
        var document = from
        beginDocument(start.mended)
        while true {
            guard let event = parser.next() else {
                var problem = SyntaxProblem(parser: parser.state, cursor: &builder.cursor)
                blameOpenBracket(&problem)
                return fail(&problem, &start, document: document, input: input)
            }
            defer { yaml_event_delete(event) }
            switch event.pointee.type {
            case YAML_SCALAR_EVENT: builder.scalar(event)
            case YAML_MAPPING_START_EVENT: builder.beginMapping(event)
            case YAML_SEQUENCE_START_EVENT: builder.beginSequence(event)
            case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: builder.endCollection(event)
            case YAML_ALIAS_EVENT: builder.alias(event)
            case YAML_DOCUMENT_START_EVENT:
                beginDocument(start.mended)
                document = builder.cursor.offset(event.pointee.start_mark.index)
            case YAML_DOCUMENT_END_EVENT:
                if !start.mended.isEmpty { builder.sortDiagnostics(from: start.diagnostics) }
                finishDocument(body)
                let end = builder.cursor.offset(event.pointee.end_mark.index)
                if startsDocument(end), let next = scan(from: end, body) { return .done(next: next) }
                document = end
                start = ParseStart(from: end, faults: builder.faults, diagnostics: builder.diagnostics.count)
            case YAML_STREAM_END_EVENT: return .done(next: nil)
            default: break
            }
            if builder.isAbandoned {
                let offset = builder.cursor.offset(event.pointee.start_mark.index)
                return .done(next: giveUp(at: offset, document: document, from: from))
            }
        }
    }

    private mutating func beginDocument(_ mended: [Diagnostic]) {
        builder.beginDocument(reuse: !keepsAll)
        builder.documentHasErrors = !mended.isEmpty
    }

    /// Reports a syntax error, and has the document read again if something can stand in for what is at fault.
    private mutating func fail(
        _ problem: inout SyntaxProblem,
        _ start: inout ParseStart,
        document: Int,
        input: UnsafePointer<UInt8>
    ) -> ParseEnd {
        problem.flows.starts = builder.openFlows
        var fault = problem.diagnostic(in: builder.file, id: builder.id, documentStart: document)
        // One cause, one error.
        if let template = builder.template(breaking: problem.offset, bracket: problem.contextOffset) {
            fault = template
        }
        if stopgap.standsIn(for: fault, in: builder.file, from: document, input: input) {
            builder.withdrawDiagnostics(from: start.diagnostics, faults: start.faults)
            start.mended.append(fault)
            for fault in start.mended { builder.report(fault) }
            start.from = max(document, start.from)
            return .again
        }
        fault.notes.append("the rest of this document was not read")
        builder.report(fault)
        if !start.mended.isEmpty { builder.sortDiagnostics(from: start.diagnostics) }
        return .done(next: giveUp(at: problem.offset, document: document, from: start.from))
    }

    /// Whether a line `---` starts at `offset`, so that what follows does not depend on what stands before.
    private func startsDocument(_ offset: Int) -> Bool {
        (offset == start || bytes[offset - 1] == 0x0A) && DocumentBoundaries.isStart(builder.source, offset, limit)
    }

    /// Behind a comma at the end of a document libyaml misses a node and forgets which bracket is open.
    private func blameOpenBracket(_ problem: inout SyntaxProblem) {
        let line = SourceLine(file: builder.file, id: builder.id, offset: problem.offset)
        guard problem.context == "while parsing a flow node", builder.open.count > 0,
            problem.offset >= limit || line.startsDocument
        else { return }
        let inner = builder.open.base[builder.open.count - 1]
        guard inner.isFlow else { return }
        problem.context = inner.isMapping ? "while parsing a flow mapping" : "while parsing a flow sequence"
        problem.contextOffset = Int(builder.records.base[inner.record].start)
    }

    private mutating func finishDocument(_ body: (borrowing ArenaBuilder, Int, SourceRange) -> Void) {
        let root = builder.documentStart
        if root < builder.records.count {
            body(builder, index, builder.range(of: root))
            index += 1
        }
        builder.documentStart = builder.records.count
        builder.sideStart = builder.side.count
    }

    /// Drops the document and finds the next one, which always lies behind the start of the one dropped.
    private mutating func giveUp(at offset: Int, document: Int, from: Int) -> Int? {
        builder.abandonDocument()
        abandoned += 1
        let floor = max(document, from)
        guard let found = DocumentBoundaries.next(bytes, from: max(offset, floor + 1), limit: limit) else { return nil }
        let start = DocumentBoundaries.withDirectives(bytes, found, floor: max(offset, floor))
        // Directives that were the fault must not be read again.
        return start > max(offset, floor) ? start : found
    }
}
