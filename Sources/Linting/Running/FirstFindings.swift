import Manifests
import SourceDiagnostics

/// Which findings are told at length: the first of each severity, in the order of files and lines.
struct FirstFindings: Sendable {
    /// How many of each severity; at least one.
    let limit: Int
    /// Where what is found in a resource stands among all that is told, by the resource's index.
    ///
    /// 0 where that is not known without looking: what is laid over it may be in any file.
    let places: [UInt64]
    /// The file of each resource.
    let files: [SourceID]

    /// Nil where everything has to be looked at: fixes of what was misread are not offered.
    init?(_ limit: Int, of result: CompileResult) {
        guard limit > 0, result.misread.isEmpty else { return nil }
        self.limit = limit
        let ranks = Self.ranks(result.sources.files.map(\.path))
        let indices = result.partial.resources.indices
        files = indices.map { result.nameRange(at: $0).file }
        places = indices.map { index in
            let name = result.nameRange(at: index)
            let file = Int(name.file.rawValue)
            guard !result.isLaidOver(at: index), ranks.indices.contains(file) else { return 0 }
            return UInt64(ranks[file] + 1) << 32 | UInt64(name.start)
        }
    }

    /// The place of each path among all of them when they are sorted.
    private static func ranks(_ paths: [String]) -> [Int] {
        var ranks = Array(paths.indices)
        if zip(paths, paths.dropFirst()).allSatisfy(<) { return ranks }
        for (rank, index) in paths.indices.sorted(by: { paths[$0] < paths[$1] }).enumerated() { ranks[index] = rank }
        return ranks
    }
}
