import Dispatch
import Manifests
import Synchronization

/// Parts of a long list that are worked on at the same time.
struct Pieces {
    private let ranges: [Range<Int>]
    /// So few are done before another core has begun.
    private static let least = 1000

    /// Two parts for each core, so that one which is busy elsewhere is not waited for long.
    static func of(_ count: Int) -> Pieces {
        let many = max(1, min(count / least, 2 * Cores.usable))
        return Pieces(ranges: (0..<many).map { (count * $0 / many)..<(count * ($0 + 1) / many) })
    }

    /// The results in the order of the parts.
    func concurrently<Result: Sendable>(_ work: @Sendable (Range<Int>) -> Result) -> [Result] {
        guard ranges.count > 1 else { return ranges.map(work) }
        let results = Mutex([Result?](repeating: nil, count: ranges.count))
        DispatchQueue.concurrentPerform(iterations: ranges.count) { index in
            let result = work(ranges[index])
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}
