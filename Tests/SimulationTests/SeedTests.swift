import Simulation
import Testing

/// Something bad never happens, whatever the seed; `make simulate` plays many more of them.
@Suite("Seeds", .timeLimit(.minutes(10)))
struct SeedTests {
    @Test("No invariant is violated, whatever goes wrong")
    func everything() async {
        let tour = await Tour.run(0..<600)
        #expect(tour.failures.isEmpty, "\(told(tour))")
        // What is not looked at proves nothing.
        for invariant in Invariant.allCases {
            #expect(tour.statistics.checks[invariant, default: 0] > 100, "\(invariant)")
        }
        for kind in FaultKind.allCases { #expect(tour.statistics.faults[kind, default: 0] > 0, "\(kind)") }
        expectEverywhere(tour.statistics)
    }

    /// Somebody died before and after every effect.
    ///
    /// Who stands still is rarer: `RegressionTests.wakesUp` goes through all of them.
    private func expectEverywhere(_ statistics: Statistics) {
        let effects = [
            "take lock", "read record", "announce its epoch", "look at the cluster", "begin revision", "write intents",
            "defineService", "startInstance", "write outcomes", "end revision", "release lock",
        ]
        for effect in effects {
            for place in ["before", "after"] {
                #expect(statistics.crashes["\(place) \(effect)", default: 0] > 0, "died \(place) \(effect)")
            }
        }
        for place in ["before it asks to", "right after it asked to"] {
            #expect(statistics.pauses.keys.contains { $0.hasPrefix(place) }, "stood still \(place) an effect")
        }
        #expect(statistics.unlocks > 0)
        #expect(statistics.heartbeats > 0)
    }

    @Test("Nothing goes wrong where nothing is to go wrong")
    func calm() async {
        let tour = await Tour.run(0..<200, faults: [])
        #expect(tour.failures.isEmpty, "\(told(tour))")
        let words = tour.statistics.endings.keys.sorted()
        // The worlds in which acts are killed and applied again are the only ones in which anybody dies.
        #expect(Set(words).isSubset(of: ["converged", "no changes", "refused", "died", "stale"]), "\(words)")
    }

    @Test("The order in which seeds are played changes nothing")
    func order() async {
        let together = await Tour.run(100..<160, jobs: 8)
        let alone = await Tour.run(100..<160, jobs: 1)
        #expect(together.statistics.steps == alone.statistics.steps)
        #expect(together.statistics.endings == alone.statistics.endings)
    }

    private func told(_ tour: Tour) -> String {
        tour.failures.map { "seed \($0.seed): \($0.violations.first?.text ?? "")" }.joined(separator: "\n")
    }
}
