import SourceDiagnostics

/// A growing stretch of plain memory: an Array would check for uniqueness and bounds on every event.
struct GrowingBuffer<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(16, capacity)
        base = .allocate(capacity: self.capacity)
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: capacity * 2) }
        (base + count).initialize(to: element)
        count += 1
    }

    mutating func append(from source: UnsafePointer<Element>, count added: Int) {
        if count + added > capacity { grow(to: max(capacity * 2, count + added)) }
        (base + count).initialize(from: source, count: added)
        count += added
    }

    mutating func truncate(to newCount: Int) { count = min(count, newCount) }

    /// Frees the memory; the buffer must not be used again.
    func free() { base.deallocate() }

    @inline(never)
    private mutating func grow(to newCapacity: Int) {
        let grown = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
        grown.moveInitialize(from: base, count: count)
        base.deallocate()
        base = grown
        capacity = newCapacity
    }
}

/// The nodes of the documents of one stretch of a file.
///
/// Nothing changes after it is made, so threads may share it.
final class NodeArena: @unchecked Sendable {
    private let records: GrowingBuffer<NodeRecord>
    private let side: GrowingBuffer<UInt8>
    let file: SourceFile
    let id: SourceID

    /// Takes over both buffers.
    init(records: GrowingBuffer<NodeRecord>, side: GrowingBuffer<UInt8>, file: SourceFile, id: SourceID) {
        self.records = records
        self.side = side
        self.file = file
        self.id = id
    }

    deinit {
        records.free()
        side.free()
    }

    var view: NodeView {
        NodeView(records: records.base, source: file.base, side: side.base, file: id)
    }
}
