import Simulation

/// What many seeds came to.
struct SummaryView {
    let tour: Tour
    let faults: FaultChoice

    var text: String {
        let all = tour.statistics
        let seconds = max(0.001, Double(tour.elapsed / .milliseconds(1)) / 1000)
        var lines = [
            "\(all.seeds) seeds, \(all.applies) applies, \(all.steps) steps in \(tenths(seconds)) s"
                + " (\(Int(Double(all.seeds) / seconds)) seeds a second)",
            "",
            "applies ended: " + counted(all.endings),
            "faults: " + counted(Dictionary(uniqueKeysWithValues: all.faults.map { ($0.key.rawValue, $0.value) })),
            "died: " + counted(all.crashes),
            "killed, applied again and compared: \(all.comparisons)",
            "",
        ]
        let width = Invariant.allCases.map(\.rawValue.count).max() ?? 0
        for invariant in Invariant.allCases {
            let broken = tour.failures.filter { $0.violations.first?.invariant == invariant }
            let name = invariant.rawValue + String(repeating: " ", count: width - invariant.rawValue.count)
            let count = all.checks[invariant] ?? 0
            lines.append("  \(broken.isEmpty ? "ok  " : "FAIL") \(name)  \(count) checks")
        }
        lines.append("")
        guard !tour.failures.isEmpty else { return (lines + ["no invariant violated"]).joined(separator: "\n") }
        for failure in tour.failures.prefix(20) {
            guard let violation = failure.violations.first else { continue }
            lines.append("seed \(failure.seed): \(violation.invariant.rawValue): \(violation.message)")
            lines.append("  orchplan-sim --seed \(failure.seed) --trace\(faults.argument)")
        }
        return lines.joined(separator: "\n")
    }

    private func tenths(_ value: Double) -> String { "\(Double(Int(value * 10)) / 10)" }

    /// `3 this, 2 that`, the most frequent first.
    private func counted(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }
}
