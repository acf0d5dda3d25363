import Simulation
import Testing

/// The simulation is broken on purpose, and must find it: what never fails proves nothing.
@Suite("What is broken on purpose is found", .timeLimit(.minutes(10)))
struct SabotageTests {
    /// The invariants that may speak first, for each way of breaking it.
    private static let expected: [Sabotage: Set<Invariant>] = [
        .earlyIntents: [.intentBeforeEffect],
        .fenceIgnored: [.oneWriterPerEpoch],
        .lostWrites: [.acknowledgedIsKept, .outcomeIsTrue, .journalIsClosed, .planAfterSuccessIsEmpty],
        .batchOffByOne: [.batchLimit],
        .wideRollouts: [.batchLimit, .forecastHolds],
        .deletesFirst: [.deletesLast, .needsHoldFirst],
        .alwaysConverged: [.outcomeIsTrue],
        .healthIgnored: [.needsHoldFirst, .batchLimit, .outcomeIsTrue, .forecastHolds],
        .falseRemovals: [.outcomeIsTrue, .planAfterSuccessIsEmpty, .everythingConverges, .needsHoldFirst],
        .strangersRemoved: [.strangersUntouched],
        .doubledInstances: [.nothingIsDoubled],
        .leakedSecrets: [.secretsAreKept],
        .lostWakes: [.everyRunEnds],
    ]

    @Test("Within a few hundred seeds", arguments: Sabotage.allCases)
    func found(_ sabotage: Sabotage) {
        for seed in UInt64(0)..<400 {
            let result = Simulator.play(Scenario.draw(seed: seed), sabotage: sabotage)
            guard let first = result.violations.first else { continue }
            #expect(Self.expected[sabotage]?.contains(first.invariant) == true, "seed \(seed): \(first.text)")
            return
        }
        Issue.record("\(sabotage.rawValue) was not found")
    }

    @Test("A failing scenario is made smaller and still fails in the same way")
    func shrinking() throws {
        let found = (UInt64(0)..<400).lazy
            .map { ($0, Simulator.play(Scenario.draw(seed: $0), sabotage: .deletesFirst).violations.first) }
            .first { $0.1 != nil }
        let (seed, violation) = try #require(found)
        let invariant = try #require(violation).invariant
        let whole = Scenario.draw(seed: seed)
        var shrinking = Shrinking(whole, failing: invariant, sabotage: .deletesFirst)
        shrinking.run()
        let small = shrinking.scenario
        #expect(Simulator.play(small, sabotage: .deletesFirst).violations.first?.invariant == invariant)
        #expect(size(small) <= size(whole))
        #expect(small.acts.allSatisfy { $0.troubles.isEmpty }, "no trouble is needed for this one")
    }

    private func size(_ scenario: Scenario) -> Int {
        scenario.acts.reduce(scenario.acts.count) { $0 + $1.declared.resources.count + $1.troubles.count }
    }
}
