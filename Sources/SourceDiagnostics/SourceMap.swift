/// The files of one run, in the order in which they were added.
package struct SourceMap: Sendable {
    /// The files; the index of each is its `SourceID`.
    package private(set) var files: [SourceFile] = []

    /// A map of no files.
    package init() {}

    /// Adds a file and says under which id it is known from now on.
    package mutating func add(_ file: SourceFile) -> SourceID {
        files.append(file)
        return SourceID(Int32(truncatingIfNeeded: files.count - 1))
    }

    /// The file known under `id`, or nil when the id comes from another map.
    package subscript(id: SourceID) -> SourceFile? {
        let index = Int(id.rawValue)
        return files.indices.contains(index) ? files[index] : nil
    }

    /// Where a range starts, or nil when its file is not in this map.
    package func position(of range: SourceRange) -> SourcePosition? {
        self[range.file]?.position(at: range.start)
    }

    /// `path:line:column` of a range, or nil when its file is not in this map.
    package func place(of range: SourceRange) -> String? {
        guard let file = self[range.file] else { return nil }
        let position = file.position(at: range.start)
        return "\(Escaping.visible(file.path)):\(position.line):\(position.column)"
    }

    /// The diagnostics by file path, position and code; those without a place come last, otherwise in given order.
    package func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let keyed = diagnostics.enumerated()
            .map { index, diagnostic in
                SortKey(
                    path: diagnostic.primary.flatMap { self[$0.range.file]?.path },
                    start: diagnostic.primary?.range.start ?? 0,
                    code: diagnostic.code.id,
                    index: index
                )
            }
        return keyed.sorted().map { diagnostics[$0.index] }
    }

    private struct SortKey: Comparable {
        let path: String?
        let start: UInt32
        let code: String
        let index: Int

        static func < (left: SortKey, right: SortKey) -> Bool {
            switch (left.path, right.path) {
            case (nil, nil): break
            case (nil, _): return false
            case (_, nil): return true
            case (let one?, let other?): if one != other { return one < other }
            }
            return (left.start, left.code, left.index) < (right.start, right.code, right.index)
        }
    }
}
