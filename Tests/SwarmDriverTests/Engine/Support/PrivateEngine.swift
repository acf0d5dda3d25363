import Foundation
import Testing

@testable import SwarmDriver

/// A real Docker Engine of this test run: started by the first test that wants it, ended with the run.
///
/// Where none can run a test is skipped with the reason; in CI it fails.
enum PrivateEngine {
    struct Running: Sendable {
        var socket: String
        var address: String

        var client: EngineClient {
            EngineClient(LocatedEngine(endpoint: .unix(path: socket), origin: "a test"), environment: [:])
        }
    }

    /// Why no engine can run here; nil: it can.
    static let obstacle: String? = {
        guard let result = try? TemporaryFolder.run([script, "check"]) else { return "engine.sh does not run" }
        let reason = result.output.split(separator: "\n").joined(separator: " ")
        return result.status == 0 ? nil : reason
    }()

    /// The trait of tests that want it.
    static var isWanted: ConditionTrait {
        .enabled(if: obstacle == nil || isCI, Comment(rawValue: obstacle ?? ""))
    }

    static func started() async throws -> Running {
        try await start.value
    }

    /// The script that runs engines.
    static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Scripts/engine.sh").path

    private static var isCI: Bool {
        !["", "0", "false"].contains(ProcessInfo.processInfo.environment["CI"]?.lowercased() ?? "")
    }

    private static let start = Task { () throws -> Running in
        let owner = getpid()
        let result = try await TemporaryFolder.runSlowly([script, "start", "/tmp/oe-\(owner)", "--owner", "\(owner)"])
        let facts = result.output.split(separator: "\n")
            .reduce(into: [String: String]()) { facts, line in
                let parts = line.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { facts[String(parts[0])] = String(parts[1]) }
            }
        guard let socket = facts["ENGINE_SOCKET"], let address = facts["ENGINE_ADDRESS"] else {
            throw Failure(status: result.status, reason: obstacle ?? "see the script's messages")
        }
        return Running(socket: socket, address: address)
    }

    struct Failure: Error {
        var status: Int32
        var reason: String
    }
}
