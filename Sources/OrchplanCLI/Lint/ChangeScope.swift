import Manifests
import ResourceModel
import SourceDiagnostics

/// What a run with `--changed-since` tells of: resources whose lines changed, and those that refer to them.
struct ChangeScope {
    /// The lines of one document in its file, with what stands in front of it.
    private struct Document {
        var lines: ClosedRange<Int>
        /// The resource that it declares or changes, by its place in the graph.
        var resource: Int
    }

    private let sources: SourceMap
    /// In the order of their lines.
    private let documents: [SourceID: [Document]]
    private let changed: Set<SourceID>
    /// By resource: whether it changed, and whether it or something that it refers to did.
    private let isTouched: [Bool]
    private let isConcerned: [Bool]
    /// Whether the project file changed, on which everything depends.
    private let isAll: Bool

    /// - Parameter project: The folder of the project file, where there is one.
    init(_ changes: ChangedFiles, _ result: CompileResult, _ sources: SourceMap, project: String?) {
        let disk = DiskFiles()
        let working = WorkingDirectory.current()
        func change(_ path: String) -> FileChange? {
            let path = PathRules.joined(working, path)
            return changes.files[disk.canonical(path) ?? path]
        }
        isAll = project.map { change(PathRules.joined($0, LoadedProject.fileName)) != nil } ?? false
        var files: [SourceID: FileChange] = [:]
        for (index, file) in sources.files.enumerated() {
            if let change = change(file.path) { files[SourceID(Int32(truncatingIfNeeded: index))] = change }
        }
        let graph = result.partial
        let documents = Self.documents(result, sources)
        let removed = changes.removedWords
        // What lost the last thing that named it has a finding now in lines that are as they were.
        // What else uses it has none, and is no part of the change.
        let isBereft = graph.resources.map { $0.address.kind != .service && removed.contains($0.address.name) }
        var isTouched = graph.resources.map { _ in false }
        for (file, change) in files {
            for document in documents[file] ?? []
            where change.isWhole || change.hunks.contains(where: { $0.touches(document.lines) }) {
                isTouched[document.resource] = true
            }
        }
        isConcerned = graph.resources.indices.map { index in
            isTouched[index] || isBereft[index] || graph.edges[index].contains { isTouched[$0.to] }
        }
        self.isTouched = isTouched
        self.sources = sources
        self.documents = documents
        changed = Set(files.keys)
    }

    /// Every document from the line behind the one before it; the last one to the end of its file.
    private static func documents(_ result: CompileResult, _ sources: SourceMap) -> [SourceID: [Document]] {
        var ranges: [SourceID: [(range: SourceRange, resource: Int)]] = [:]
        for (index, resource) in result.partial.resources.enumerated() {
            guard let place = result.place(of: resource.address) else { continue }
            for range in [place.document] + place.overlays { ranges[range.file, default: []].append((range, index)) }
        }
        var documents: [SourceID: [Document]] = [:]
        for (id, ranges) in ranges {
            guard let file = sources[id] else { continue }
            var next = 1
            documents[id] = ranges.sorted { $0.range.start < $1.range.start }
                .map { range, resource in
                    var end = min(Int(range.end), file.count)
                    while end > Int(range.start), [0x20, 0x09, 0x0A, 0x0D].contains(file.bytes[end - 1]) { end -= 1 }
                    let last = max(next, file.position(at: UInt32(max(0, end - 1))).line)
                    defer { next = last + 1 }
                    return Document(lines: next...last, resource: resource)
                }
            if let last = documents[id]?.indices.last, let first = documents[id]?[last].lines.lowerBound {
                documents[id]?[last].lines = first...Int.max
            }
        }
        return documents
    }

    /// Whether a diagnostic is told.
    ///
    /// Errors of the compiler always are: a file that is gone breaks others, and with one nothing can be planned.
    func holds(_ diagnostic: Diagnostic) -> Bool {
        if isAll || (diagnostic.severity == .error && !LintResult.rules.contains(diagnostic.code)) { return true }
        guard let primary = diagnostic.primary else { return true }
        guard let resource = resource(at: primary.range) else { return changed.contains(primary.range.file) }
        return isConcerned[resource]
            || diagnostic.secondary.contains { label in
                self.resource(at: label.range).map { isTouched[$0] } ?? changed.contains(label.range.file)
            }
    }

    /// The resource in whose lines a range begins; nil for what belongs to none.
    private func resource(at range: SourceRange) -> Int? {
        guard let file = sources[range.file], let documents = documents[range.file] else { return nil }
        let line = file.position(at: range.start).line
        // The last that begins at the line or above it.
        var low = 0
        var high = documents.count
        while low < high {
            let middle = (low + high) / 2
            if documents[middle].lines.lowerBound <= line { low = middle + 1 } else { high = middle }
        }
        guard low > 0, documents[low - 1].lines.contains(line) else { return nil }
        return documents[low - 1].resource
    }
}
