import Foundation
import Testing

/// The real Docker Engine of this test run, in namespaces of its own; it ends with the run.
///
/// Where none can run a test is skipped with the reason; in CI it fails.
struct SwarmEngine: Sendable {
    var socket: String

    /// Why no engine can run here; nil: it can.
    static let obstacle: String? = {
        guard let result = try? run([script, "check"]) else { return "engine.sh does not run" }
        let reason = result.out.split(separator: "\n").joined(separator: " ")
        return result.status == 0 ? nil : reason
    }()

    /// The trait of tests that want it.
    static var isWanted: ConditionTrait {
        .enabled(if: obstacle == nil || isCI, Comment(rawValue: obstacle ?? ""))
    }

    /// The engine, started by the first who asks.
    static func started() throws -> SwarmEngine { try start.get() }

    /// Runs Docker's own client: what a colleague does by hand.
    @discardableResult
    func docker(_ arguments: String...) throws -> String {
        let result = try Self.run(["docker"] + arguments, environment: ["DOCKER_HOST": "unix://\(socket)"])
        guard result.status == 0 else { throw TestFailure("docker \(arguments): \(result.err)") }
        return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A registry on the engine's own loopback: `start`, `pause`, `resume` or `stop`, and its port.
    func registry(_ words: String...) throws {
        let folder = String(socket.dropLast("/d.sock".count))
        let result = try Self.run([Self.script, "registry", folder] + words)
        guard result.status == 0 else { throw TestFailure("registry \(words): \(result.err)") }
    }

    /// Everything of a project that the engine holds, each object with its version: whatever is sent counts it up.
    func everything(of project: String) throws -> [String] {
        let label = "label=orchplan.project=\(project)"
        var found: [String] = []
        for kind in ["service", "secret", "config"] {
            for id in try docker(kind, "ls", "--filter", label, "--quiet").split(separator: "\n") {
                let format = "{{.ID}} {{.Version.Index}} {{.Spec.Name}}"
                found.append("\(kind) " + (try docker(kind, "inspect", "--format", format, String(id))))
            }
        }
        for kind in ["network", "volume"] {
            found += try docker(kind, "ls", "--filter", label, "--quiet").split(separator: "\n").map { "\(kind) \($0)" }
        }
        return found.sorted()
    }

    /// A manifest of a service that runs a test image and stops within a second.
    static func service(_ name: String, _ lines: String...) -> String {
        Manifest.of("Service", name, lines: ["image: orchplan/test:1", "stopGracePeriod: 1s"] + lines)
    }

    private static let script = Repository.root.appendingPathComponent("Tests/Scripts/engine.sh").path

    private static var isCI: Bool {
        !["", "0", "false"].contains(ProcessInfo.processInfo.environment["CI"]?.lowercased() ?? "")
    }

    private static let start = Result { () throws -> SwarmEngine in try start("/tmp/oee-\(getpid())") }

    /// Another engine, for a test that takes its power or its swarm away.
    static func own(_ name: String) throws -> SwarmEngine { try start("/tmp/oee-\(getpid())\(name)") }

    /// Takes its power away; what it keeps on its disk stays.
    func powerCut() throws { try script("kill") }

    func boot() throws { try script("start") }

    func end() { try? script("stop") }

    private func script(_ command: String) throws {
        let directory = String(socket.dropLast("/d.sock".count))
        let result = try Self.run([Self.script, command, directory])
        guard result.status == 0 else { throw TestFailure("engine.sh \(command): \(result.err)") }
    }

    private static func start(_ directory: String) throws -> SwarmEngine {
        let result = try run([script, "start", directory, "--owner", "\(getpid())"])
        let line = result.out.split(separator: "\n").first { $0.hasPrefix("ENGINE_SOCKET=") }
        guard let line else { throw TestFailure("no engine: \(result.out) \(result.err)") }
        return SwarmEngine(socket: String(line.dropFirst("ENGINE_SOCKET=".count)))
    }

    static func run(
        _ words: [String],
        environment: [String: String] = [:]
    ) throws -> Orchplan.Output {
        let inherited = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", "HOME": "/nonexistent",
        ]
        return try RunningProcess(
            words,
            directory: URL(fileURLWithPath: "/tmp"),
            environment: inherited.merging(environment) { $1 },
            input: nil
        )
        .wait()
    }
}
