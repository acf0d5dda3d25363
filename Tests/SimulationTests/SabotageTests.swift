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
        .lateCallsTaken: [.fencedChangesNothing],
        .hastyAnnouncements: [.fencedChangesNothing],
        .leases: [.lockIsNotStolen],
        .silentHolders: [.signsOfLife],
        .deafLoops: [.fencedStops, .journalIsClosed, .outcomeIsTrue, .intentBeforeEffect, .acknowledgedIsKept],
        .reusedNames: [.operationsAreUnique],
        .droppedOutcomes: [.journalIsClosed],
        .blurredLabels: [.planAfterSuccessIsEmpty, .everythingConverges],
        .litteringDead: [.killedComesToTheSame, .nothingIsOrphaned],
        .rememberedLooks: [.doneIsShown],
        .emptyPlans: [.everythingConverges, .killedComesToTheSame],
    ]

    /// A way of breaking it that makes each invariant speak first.
    private static let speakers: [Invariant: Sabotage] = [
        .acknowledgedIsKept: .lostWrites, .oneWriterPerEpoch: .fenceIgnored, .lockIsNotStolen: .leases,
        .signsOfLife: .silentHolders, .fencedChangesNothing: .lateCallsTaken, .fencedStops: .deafLoops,
        .intentBeforeEffect: .earlyIntents, .operationsAreUnique: .reusedNames, .nothingIsDoubled: .doubledInstances,
        .batchLimit: .batchOffByOne, .needsHoldFirst: .deletesFirst, .deletesLast: .deletesFirst,
        .forecastHolds: .wideRollouts, .outcomeIsTrue: .alwaysConverged, .journalIsClosed: .droppedOutcomes,
        .planAfterSuccessIsEmpty: .blurredLabels, .killedComesToTheSame: .litteringDead,
        .strangersUntouched: .strangersRemoved, .secretsAreKept: .leakedSecrets, .everyRunEnds: .lostWakes,
        .doneIsShown: .rememberedLooks, .everythingConverges: .emptyPlans, .nothingIsOrphaned: .litteringDead,
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

    @Test("Each invariant can fail", arguments: Invariant.allCases)
    func speaks(_ invariant: Invariant) throws {
        let sabotage = try #require(Self.speakers[invariant])
        for seed in UInt64(0)..<800 {
            let result = Simulator.play(Scenario.draw(seed: seed), sabotage: sabotage)
            if result.violations.first?.invariant == invariant { return }
        }
        Issue.record("\(invariant.rawValue) never speaks first under \(sabotage.rawValue)")
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
