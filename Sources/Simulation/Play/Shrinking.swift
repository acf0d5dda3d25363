/// Makes a failing scenario smaller, piece by piece, as long as the same invariant fails.
package struct Shrinking: Sendable {
    private let sabotage: Sabotage?
    private let invariant: Invariant
    /// How often a scenario was played.
    package private(set) var attempts = 0
    package private(set) var scenario: Scenario
    private static let mostAttempts = 400

    package init(_ scenario: Scenario, failing invariant: Invariant, sabotage: Sabotage? = nil) {
        self.scenario = scenario
        self.invariant = invariant
        self.sabotage = sabotage
    }

    /// Tries smaller scenarios until none fails any more.
    package mutating func run() {
        var isSmaller = true
        while isSmaller, attempts < Self.mostAttempts {
            isSmaller = false
            for candidate in candidates() where attempts < Self.mostAttempts {
                attempts += 1
                let result = Simulator.play(candidate, sabotage: sabotage)
                guard result.violations.first?.invariant == invariant else { continue }
                scenario = candidate
                isSmaller = true
                break
            }
        }
    }

    /// The scenario with one piece less each, large pieces first.
    private func candidates() -> [Scenario] {
        var found: [Scenario] = []
        func offer(_ change: (inout Scenario) -> Void) {
            var smaller = scenario
            change(&smaller)
            found.append(smaller)
        }
        for index in scenario.acts.indices where scenario.acts.count > 1 { offer { $0.acts.remove(at: index) } }
        for index in scenario.acts.indices {
            if scenario.acts[index].killedAt != nil { offer { $0.acts[index].killedAt = nil } }
            for trouble in scenario.acts[index].troubles.indices {
                offer { $0.acts[index].troubles.remove(at: trouble) }
            }
        }
        if scenario.hasStrangers { offer { $0.hasStrangers = false } }
        if scenario.jitter > 0 { offer { $0.jitter = 0 } }
        let addresses = Set(scenario.acts.flatMap { $0.declared.resources.map(\.address) }).sorted()
        for address in addresses { offer { $0.drop(address) } }
        return found
    }
}
