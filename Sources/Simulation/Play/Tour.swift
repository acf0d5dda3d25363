import Synchronization

/// Many seeds, several at a time; each is a world of its own, so that their order changes nothing.
package struct Tour: Sendable {
    package private(set) var statistics = Statistics()
    /// The seeds that violated an invariant, in the order of their numbers.
    package private(set) var failures: [SeedResult] = []
    package private(set) var elapsed = Duration.zero

    package init() {}

    /// - Parameters:
    ///   - jobs: How many at a time; 0: as many as the machine has processors.
    ///   - mostFailures: Stops after so many.
    ///   - news: Is told after every few seeds.
    package static func run(
        _ seeds: Range<UInt64>,
        faults: Set<FaultKind> = Set(FaultKind.allCases),
        _ sabotage: Sabotage? = nil,
        jobs: Int = 0,
        mostFailures: Int = 20,
        news: TourNews? = nil
    ) async -> Tour {
        let began = ContinuousClock.now
        let cursor = Cursor(seeds)
        let workers = jobs > 0 ? jobs : 64
        var tour = await withTaskGroup(of: Tour.self) { group in
            // The system runs as many at a time as it has processors.
            for _ in 0..<workers {
                group.addTask {
                    var part = Tour()
                    while let chunk = cursor.next() {
                        let known = part.failures.count
                        for seed in chunk {
                            part.add(Simulator.play(Scenario.draw(seed: seed, faults: faults), sabotage: sabotage))
                        }
                        news?.add(chunk.count, Array(part.failures[known...]))
                        if part.failures.count >= mostFailures { cursor.stop() }
                        // Whoever watches has to get a word in.
                        await Task.yield()
                    }
                    return part
                }
            }
            var whole = Tour()
            for await part in group { whole.add(part) }
            return whole
        }
        tour.failures.sort { $0.seed < $1.seed }
        tour.elapsed = ContinuousClock.now - began
        return tour
    }

    private mutating func add(_ result: SeedResult) {
        statistics.add(result.statistics)
        if !result.violations.isEmpty { failures.append(result) }
    }

    private mutating func add(_ other: Tour) {
        statistics.add(other.statistics)
        failures += other.failures
    }

    /// Which seeds come next.
    private final class Cursor: Sendable {
        private let state: Mutex<Range<UInt64>>

        init(_ seeds: Range<UInt64>) { state = Mutex(seeds) }

        func next() -> Range<UInt64>? {
            state.withLock { left in
                guard !left.isEmpty else { return nil }
                let chunk = left.lowerBound..<min(left.upperBound, left.lowerBound + 16)
                left = chunk.upperBound..<left.upperBound
                return chunk
            }
        }

        func stop() { state.withLock { $0 = $0.upperBound..<$0.upperBound } }
    }
}
