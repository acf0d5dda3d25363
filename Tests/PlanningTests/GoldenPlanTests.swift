import Foundation
import Testing

/// Plans of typical situations, compared with what was agreed.
///
/// To record them anew: `RECORD_SNAPSHOTS=1 swift test --filter GoldenPlanTests`, then read the diff.
@Suite struct GoldenPlanTests {
    @Test func plansAreAsAgreed() throws {
        let found = Scenarios.all.map { "=== \($0.0)\n\($0.1.text)" }
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" { try record(found) }
        let agreed = GoldenPlans.text.components(separatedBy: "\n\n")
        #expect(found.count == agreed.count)
        for (found, agreed) in zip(found, agreed) {
            #expect(found.trimmingCharacters(in: .newlines) == agreed.trimmingCharacters(in: .newlines))
        }
    }

    /// Writes the source file that holds the agreed plans.
    private func record(_ plans: [String]) throws {
        let indentation = String(repeating: " ", count: 8)
        let lines = plans.map { $0.trimmingCharacters(in: .newlines) }.joined(separator: "\n\n")
            .components(separatedBy: "\n").map { $0.isEmpty ? "" : indentation + $0 }
        let source = """
            /// The agreed plans; `GoldenPlanTests` says how to record them anew.
            enum GoldenPlans {
                static let text = #\"""

            """
        let text = source + lines.joined(separator: "\n") + "\n" + indentation + "\"\"\"#\n}\n"
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "GoldenPlans.swift")
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
}
