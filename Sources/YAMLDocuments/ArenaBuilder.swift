import CLibYAML
import SourceDiagnostics

/// A collection whose end has not come yet.
struct OpenCollection: BitwiseCopyable {
    let record: Int
    let isMapping: Bool
    let isFlow: Bool
    /// The column of a block mapping, where all its keys start; -1 until the first key when an anchor stands before.
    var column: Int
    /// Where its keys begin in the key table.
    let keyBase: Int
    /// The number of its anchor, or -1.
    let anchor: Int
    /// Whether it stands as a key, which was reported.
    let isKey: Bool
    /// Items or pairs that iteration will give.
    var count = 0
    /// Whether a key comes next.
    var expectsKey: Bool
    /// Nodes in it with aliases expanded, itself included.
    var expanded = 1
    /// Levels of collections in it with aliases expanded, itself included.
    var height = 1
    /// The `<<` key and its value.
    var mergeKey = -1
    var mergeValue = -1
    /// Whether the value that comes next belongs to `<<`.
    var valueIsMerged = false
}

/// Turns the events of one document after the other into records, and checks limits and keys while they arrive.
///
/// Nothing here recurses: the open collections are a list, so no nesting can exhaust a thread's stack. When a limit is
/// broken that makes going on dangerous, `isAbandoned` becomes true and the caller gives the document up.
struct ArenaBuilder {
    let file: SourceFile
    let id: SourceID
    let limits: ParseLimits
    let source: UnsafePointer<UInt8>
    var cursor: OffsetCursor

    var records: GrowingBuffer<NodeRecord>
    var side: GrowingBuffer<UInt8>
    var open: GrowingBuffer<OpenCollection>
    var keys: KeyTable
    var anchors = AnchorTable()
    var diagnostics: [Diagnostic] = []

    /// The first record of the document that is being built.
    var documentStart = 0
    var sideStart = 0
    var aliasedNodes = 0
    var documentHasErrors = false
    var isAbandoned = false
    /// The end of the last node that has an end of its own.
    var lastEnd = 0
    var faults = 0

    /// - Parameters:
    ///   - capacity: How many records there is room for at first.
    ///   - scratch: Memory to use; nil: some of its own.
    init(
        file: SourceFile,
        id: SourceID,
        limits: ParseLimits,
        capacity: Int,
        cursor: OffsetCursor,
        scratch: YAMLScratch?
    ) {
        self.file = file
        self.id = id
        self.limits = limits
        self.cursor = cursor
        records = scratch?.records ?? GrowingBuffer(capacity: capacity)
        side = scratch?.side ?? GrowingBuffer(capacity: 256)
        open = scratch?.open ?? GrowingBuffer(capacity: 80)
        keys = scratch?.keys ?? KeyTable()
        source = file.base
    }

    var view: NodeView { NodeView(records: records.base, source: source, side: side.base, file: id) }

    /// Whether a key of the innermost mapping comes next.
    var expectsKey: Bool {
        let top = open.count - 1
        return top >= 0 && open.base[top].isMapping && open.base[top].expectsKey
    }

    /// Where the lists and maps in brackets start whose end has not come yet.
    var openFlows: [Int] {
        (0..<open.count).filter { open.base[$0].isFlow }.map { Int(records.base[open.base[$0].record].start) }
    }

    /// Frees what only building needs.
    func freeScratch() {
        keys.free()
        open.free()
    }

    /// Starts a document; with `reuse` the nodes of those before it are overwritten.
    mutating func beginDocument(reuse: Bool) {
        if reuse {
            records.truncate(to: 0)
            side.truncate(to: 0)
        }
        documentStart = records.count
        sideStart = side.count
        aliasedNodes = 0
        documentHasErrors = false
        isAbandoned = false
        open.truncate(to: 0)
        keys.removeAll()
        anchors.removeAll()
    }

    /// Takes back what was built of a document that cannot be finished.
    mutating func abandonDocument() {
        records.truncate(to: documentStart)
        side.truncate(to: sideStart)
    }

    func range(_ start: Int, _ end: Int) -> SourceRange {
        SourceRange(file: id, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end))
    }

    func range(of record: Int) -> SourceRange {
        SourceRange(file: id, start: records.base[record].start, end: records.base[record].end)
    }

    /// Records a fault; after a thousand of them no more are kept, since a hostile file could hold millions.
    mutating func report(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { documentHasErrors = true }
        faults += 1
        if faults <= 1000 {
            diagnostics.append(diagnostic)
        } else if faults == 1001, let place = diagnostic.primary {
            diagnostics.append(
                Diagnostic(
                    .yamlGivenUp,
                    "too many faults in this file",
                    at: Label(place.range, "the rest is not shown")
                )
            )
        }
    }

    /// Takes back the fault of a template because of which, or of whose open bracket, the syntax broke.
    mutating func template(breaking offset: Int, bracket: Int) -> Diagnostic? {
        guard let last = diagnostics.last, last.code == .yamlTemplate, let place = last.primary?.range,
            (Int(place.start)..<Int(place.end)).contains(offset)
                || (Int(place.start)...Int(place.start) + 1).contains(bracket)
                // Where its braces do not match, those around them do not either.
                || last.help.allSatisfy(\.edits.isEmpty)
        else { return nil }
        faults -= 1
        return diagnostics.removeLast()
    }

    /// Takes back what was found since there were so many, since it will be found again.
    mutating func withdrawDiagnostics(from start: Int, faults: Int) {
        diagnostics.removeSubrange(min(start, diagnostics.count)...)
        self.faults = faults
    }

    /// Brings what was found since there were so many into the order of the file.
    mutating func sortDiagnostics(from start: Int) {
        guard start < diagnostics.count else { return }
        let sorted = diagnostics[start...].enumerated()
            .sorted { one, other in
                let places = [one, other].map { $0.element.primary?.range.start ?? 0 }
                return places[0] == places[1] ? one.offset < other.offset : places[0] < places[1]
            }
        diagnostics.replaceSubrange(start..., with: sorted.map(\.element))
    }

    /// Tells the parent that a node is finished.
    @inline(__always)
    mutating func finishNode(record: Int, expanded: Int, height: Int) {
        let top = open.count - 1
        guard top >= 0 else { return }
        open.base[top].expanded += expanded
        if height >= open.base[top].height { open.base[top].height = height + 1 }
        if !open.base[top].isMapping {
            open.base[top].count += 1
        } else if open.base[top].expectsKey {
            open.base[top].expectsKey = false
        } else {
            open.base[top].expectsKey = true
            if open.base[top].valueIsMerged {
                open.base[top].valueIsMerged = false
                if open.base[top].mergeValue < 0 { open.base[top].mergeValue = record }
            }
        }
    }
}
