import Simulation

/// What many seeds came to, for people.
struct SummaryView {
    let tour: Tour
    let first: UInt64
    let faults: FaultChoice

    var text: String {
        var blocks = [head]
        blocks.append(table("applies ended", tour.statistics.endings))
        blocks.append(table("what went wrong", byName(tour.statistics.faults)))
        blocks.append(deaths)
        blocks.append(table("stood still in the middle of an effect", places(tour.statistics.pauses)))
        blocks.append(invariants)
        blocks.append(verdict)
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var head: [String] {
        let all = tour.statistics
        let seconds = max(0.001, Double(tour.elapsed / .milliseconds(1)) / 1000)
        let rate = Int(Double(all.seeds) / seconds)
        return [
            "\(Figures.text(all.seeds)) seeds from \(first) in \(Figures.text(seconds: seconds)), \(Figures.text(rate)) a second",
            "\(Figures.text(all.applies)) applies, \(Figures.text(all.steps)) steps,"
                + " \(Figures.text(all.comparisons)) killed, applied again and compared",
            "\(Figures.text(all.heartbeats)) signs of life of who held the lock, \(Figures.text(all.unlocks)) locks broken by hand",
        ]
    }

    private func byName(_ counts: [FaultKind: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }

    private func places(_ counts: [String: Int]) -> [String: Int] {
        Dictionary(
            counts.map { key, count in
                let place = key.split(separator: " ").dropFirst(key.hasPrefix("right") ? 5 : 4).joined(separator: " ")
                return ("\(key.hasPrefix("right") ? "after" : "before") \(place)", count)
            },
            uniquingKeysWith: +
        )
    }

    /// Two columns, the most frequent first.
    private func table(_ title: String, _ counts: [String: Int]) -> [String] {
        let rows = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard !rows.isEmpty else { return [] }
        let half = (rows.count + 1) / 2
        let names = rows.map(\.key)
        let figures = rows.map { Figures.text($0.value) }
        let width = names.map(\.count).max() ?? 0
        let figureWidth = figures.map(\.count).max() ?? 0
        let cells = zip(names, figures).map { "  " + Figures.left($0, width) + "  " + Figures.right($1, figureWidth) }
        let isNarrow = (cells.first?.count ?? 0) * 2 > 96
        if isNarrow { return [title] + cells }
        return [title] + (0..<half).map { cells[$0] + (half + $0 < cells.count ? "  " + cells[half + $0] : "") }
    }

    /// Who died, by the effect before which or right after which.
    private var deaths: [String] {
        let crashes = tour.statistics.crashes
        let effects = Set(crashes.keys.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }).sorted()
        guard !effects.isEmpty else { return [] }
        let title = "died"
        let width = max(title.count, (effects.map(\.count).max() ?? 0) + 2)
        func row(_ name: String, _ before: String, _ after: String) -> String {
            "\(Figures.left(name, width))  \(Figures.right(before, 9))  \(Figures.right(after, 9))"
        }
        return [row(title, "before", "after")]
            + effects.map { effect in
                row(
                    "  " + effect,
                    Figures.text(crashes["before " + effect] ?? 0),
                    Figures.text(crashes["after " + effect] ?? 0)
                )
            }
    }

    private var invariants: [String] {
        let width = Invariant.allCases.map(\.rawValue.count).max() ?? 0
        let title = Figures.left("what must hold", width + 8)
        var lines = [title + Figures.right("checks", 11) + "  failed"]
        for invariant in Invariant.allCases {
            let failed = tour.failures.count { $0.violations.first?.invariant == invariant }
            let checks = tour.statistics.checks[invariant] ?? 0
            let mark = failed > 0 ? "FAIL" : checks == 0 ? "-   " : "ok  "
            lines.append(
                "  \(mark)  \(Figures.left(invariant.rawValue, width))\(Figures.right(Figures.text(checks), 11))"
                    + (failed > 0 ? "  \(Figures.right(Figures.text(failed), 6))" : "")
            )
        }
        return lines
    }

    private var verdict: [String] {
        guard !tour.failures.isEmpty else {
            return ["no invariant violated"]
        }
        var lines = [
            "\(Figures.text(tour.failures.count)) seeds failed; each is replayed, and made smaller first, by the line under it"
        ]
        for failure in tour.failures.prefix(20) { lines += FailureView(failure, faults).lines }
        if tour.failures.count > 20 { lines.append("and \(tour.failures.count - 20) more") }
        return lines
    }
}

/// One seed that failed.
struct FailureView {
    let lines: [String]

    init(_ failure: SeedResult, _ faults: FaultChoice) {
        guard let violation = failure.violations.first else {
            lines = []
            return
        }
        lines = [
            "seed \(failure.seed): \(violation.invariant.rawValue): \(violation.message)",
            "  orchplan-sim --seed \(failure.seed) --trace\(faults.argument)",
        ]
    }
}

/// Numbers as people read them.
enum Figures {
    /// `1,234,567`.
    static func text(_ value: Int) -> String {
        var digits = Array("\(abs(value))")
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (value < 0 ? "-" : "") + String(digits)
    }

    /// `4.2 s`, `12 min 30 s`, `1 h 12 min`.
    static func text(seconds: Double) -> String {
        seconds < 100 ? "\(Double(Int(seconds * 10)) / 10) s" : text(whole: Int(seconds))
    }

    /// The same in whole seconds.
    static func text(whole: Int) -> String {
        switch whole {
        case ..<100: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        default: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        }
    }

    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
