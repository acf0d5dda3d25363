import Foundation
import Simulation
import Testing

/// The same seed gives the same history, byte for byte.
@Suite("Replay")
struct ReplayTests {
    @Test("In one process", arguments: [3, 14, 159, 2653] as [UInt64])
    func inOneProcess(_ seed: UInt64) {
        let scenario = Scenario.draw(seed: seed)
        let first = Simulator.play(scenario, isTraced: true)
        let again = Simulator.play(Scenario.draw(seed: seed), isTraced: true)
        #expect(first.trace == again.trace)
        #expect(first.trace.count > 10)
        // Nobody who reads it along changes it.
        #expect(Simulator.play(scenario).statistics.steps == first.statistics.steps)
    }

    @Test("In two processes, which hash differently")
    func inTwoProcesses() throws {
        for seed in 0..<12 {
            let first = try run(["--seed", "\(seed)", "--trace", "--no-shrink"])
            let again = try run(["--seed", "\(seed)", "--trace", "--no-shrink"])
            #expect(first == again, "seed \(seed)")
            #expect(first.contains("no invariant violated"), "seed \(seed)")
        }
    }

    @Test("The program says what it did, in words and as JSON")
    func program() throws {
        let text = try run(["--seeds", "5", "--from", "10", "--faults", "none"])
        #expect(text.hasPrefix("5 seeds from 10 in "))
        #expect(text.contains("\nno invariant violated\n"))
        let json = try run(["--seeds", "5", "--json"])
        let value = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(value["seeds"] as? Int == 5)
        #expect((value["failures"] as? [Any])?.isEmpty == true)
        let found = try run(["--seed", "0", "--sabotage", "early-intents"], status: 1)
        #expect(found.contains("violated: intent-before-effect"))
    }

    /// Runs the program that was built with these tests.
    private func run(_ arguments: [String], status: Int32 = 0) throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appendingPathComponent(".build/debug/orchplan-sim")
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == status)
        return String(decoding: data, as: UTF8.self)
    }
}
