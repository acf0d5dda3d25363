/// What one seed came to.
package struct SeedResult: Sendable {
    package var seed: UInt64
    package var violations: [Violation]
    package var statistics: Statistics
    /// The history, one line each: time, who, what; empty unless it was asked for.
    package var trace: [String]
}

/// Plays scenarios through.
package enum Simulator {
    package static func play(seed: UInt64, faults: Set<FaultKind> = Set(FaultKind.allCases)) -> SeedResult {
        play(Scenario.draw(seed: seed, faults: faults))
    }

    /// What a scenario in which nothing goes wrong comes to.
    package static func endState(_ scenario: Scenario) -> EndState {
        var world = World(scenario)
        for act in scenario.acts {
            world.perform(act)
            world.rest()
        }
        return EndState(world)
    }

    /// Plays a scenario to its end, or to the first violation.
    package static func play(_ scenario: Scenario, sabotage: Sabotage? = nil, isTraced: Bool = false) -> SeedResult {
        var world = World(scenario, sabotage: sabotage, isTraced: isTraced)
        for act in scenario.acts where world.violations.isEmpty {
            if let share = act.killedAt { world.performTwice(act, killedAt: share) } else { world.perform(act) }
            if world.violations.isEmpty { world.rest() }
        }
        if world.violations.isEmpty { world.comeToRest() }
        world.statistics.seeds = 1
        return SeedResult(
            seed: scenario.seed,
            violations: world.violations,
            statistics: world.statistics,
            trace: world.trace ?? []
        )
    }
}
