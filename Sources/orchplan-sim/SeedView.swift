import Simulation

/// What one seed came to, for people.
struct SeedView {
    let text: String
    let failed: Bool

    init(seed: UInt64, faults: FaultChoice, sabotage: Sabotage?, isTraced: Bool, shrinks: Bool) {
        var scenario = Scenario.draw(seed: seed, faults: faults.kinds)
        var lines: [String] = []
        let whole = Simulator.play(scenario, sabotage: sabotage)
        if let violation = whole.violations.first, shrinks {
            var shrinking = Shrinking(scenario, failing: violation.invariant, sabotage: sabotage)
            shrinking.run()
            scenario = shrinking.scenario
            lines.append("made smaller in \(shrinking.attempts) attempts")
        }
        let result = Simulator.play(scenario, sabotage: sabotage, isTraced: isTraced)
        failed = !whole.violations.isEmpty
        lines += result.trace
        for violation in (result.violations.isEmpty ? whole.violations : result.violations) {
            lines.append("violated: \(violation.text)")
        }
        if !failed { lines.append("seed \(seed): \(whole.statistics.steps) steps, no invariant violated") }
        text = lines.joined(separator: "\n")
    }
}
